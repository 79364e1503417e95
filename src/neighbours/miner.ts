import type { ScoredMatrix } from "../core/matrix.js";
import { uniforms } from "../core/random.js";
import { type Relevance, withoutSelf } from "../core/relevance.js";
import { RowScores } from "./row-scores.js";

/**
 * Which rows of a corpus count as negatives of an anchor, beside all that are none of its positives:
 * `hard` and `random` any; `semi-hard` those less near than the positive, by less than the margin; `easy` those less
 * near by the margin or more.
 */
export type MiningKind = "hard" | "semi-hard" | "easy" | "random";

/** Why a candidate was passed over. */
export type Reason = "kind" | "margin" | "relative-margin" | "max-score" | "min-score";

/** How to mine; scores compare as nearness, so that of distances `minScore` is the greatest that counts. */
export interface MiningOptions {
  readonly kind: MiningKind;
  /** How many negatives an anchor gets. */
  readonly negatives: number;
  /** So many of the nearest that are left are passed over. */
  readonly rangeMin: number;
  /** Only so many of the nearest that are left come into question, with those that are passed over; all unless given. */
  readonly rangeMax?: number;
  readonly minScore?: number;
  readonly maxScore?: number;
  /** A negative is less near than the positive by as much at least; for `semi-hard`, by less than that. */
  readonly margin?: number;
  /** A negative is at most 1 − this as similar as the positive (of distances, at least 1 + this as far). */
  readonly relativeMargin?: number;
  /** The nearest of those that are left, or any. */
  readonly sampling: "top" | "random";
  readonly seed: number;
  /** Row i of the corpus is anchor i, and neither a positive nor a negative of its own. */
  readonly excludeSelf: boolean;
}

/** The negatives of n anchors. */
export interface Mined {
  /** How many negatives each anchor has. */
  readonly counts: Int32Array;
  /** n×`negatives` rows of the corpus, and their scores; the nearest first. */
  readonly rows: Int32Array;
  readonly scores: Float64Array;
  /** The scores of the positives of each anchor, in their order; empty where it has none. */
  readonly positives: readonly (readonly number[])[];
  /** How many candidates were passed over, by reason. */
  readonly passedOver: ReadonlyMap<Reason, number>;
}

/** What `semi-hard` and `easy` part at unless a margin is given: α of the losses. */
export const DEFAULT_MINING_MARGIN = 0.25;

/**
 * Mines negatives for every anchor from the corpus that stands in the columns of a matrix of scores.
 *
 * The order of work is that of Sentence Transformers' `mine_hard_negatives`: the candidates, without the positives, without
 * those that a margin or a score rules out; of these the first `rangeMax` less the first `rangeMin`, of which the nearest
 * are taken, or a random sample. With `rangeMax` the candidates are as many of the nearest rows, and as many more as an
 * anchor has positives at most; of kind `random` without it, `rangeMin` counts before a margin or a score rules out. An anchor with several positives is measured by its
 * least near one.
 *
 * @param scores n×m, the anchors in the rows.
 * @see https://sbert.net/docs/package_reference/util/hard_negatives.html
 */
export async function mineNegatives(
  scores: ScoredMatrix,
  relevance: Relevance,
  options: MiningOptions,
): Promise<Mined> {
  const { negatives, excludeSelf } = options;
  const isAny = options.kind === "random" && options.rangeMax === undefined;
  const { rows: n, columns: m } = scores;
  const relevant = excludeSelf ? withoutSelf(relevance) : relevance;
  const mined = {
    counts: new Int32Array(n),
    rows: new Int32Array(n * negatives),
    scores: new Float64Array(n * negatives),
    positives: [] as number[][],
    passedOver: new Map<Reason, number>(),
  };
  const row = new RowScores(scores);
  const mostPositives = Array.from({ length: n }, (_, i) => relevant.rowsOf(i).length).reduce((x, y) => Math.max(x, y));
  try {
    for await (const tile of scores.tiles()) {
      for (let i = 0; i < tile.rows; i++) {
        const anchor = tile.firstRow + i;
        const positives = Array.from(relevant.rowsOf(anchor));
        const positiveScores = positives.map((positive) => scores.exact(anchor, positive));
        mined.positives.push(positiveScores);
        if (positives.length === 0) continue;
        row.load(anchor, tile.values.subarray(i * m, (i + 1) * m), excludeSelf ? [anchor] : []);
        const judge = judgeOf(positiveScores, scores.nearer, options, mined.passedOver);
        const uniform = uniforms((options.seed + anchor * 0x9e3779b1) % Number.MAX_SAFE_INTEGER);
        const about = { row, positives: new Set(positives), judge, uniform };
        const chosen = isAny ? chooseAny(about, m, options) : chooseNear(about, m, mostPositives, options);
        mined.counts[anchor] = chosen.length;
        for (const [place, { column, score }] of chosen.entries()) {
          mined.rows[anchor * negatives + place] = column;
          mined.scores[anchor * negatives + place] = score;
        }
      }
    }
  } finally {
    row.close();
  }
  return mined;
}

interface Candidate {
  readonly column: number;
  readonly score: number;
}

/** Whether a candidate with this score stays; counts those that do not. */
type Judge = (score: number) => boolean;

function judgeOf(
  positives: readonly number[],
  nearer: ScoredMatrix["nearer"],
  { kind, margin, relativeMargin, minScore, maxScore }: MiningOptions,
  passedOver: Map<Reason, number>,
): Judge {
  const sign = nearer === "greater" ? 1 : -1;
  const positive = Math.min(...positives.map((score) => sign * score));
  const band = margin ?? DEFAULT_MINING_MARGIN;
  const rules: [Reason, (nearness: number) => boolean][] = [];
  if (kind === "semi-hard") rules.push(["kind", (x) => x < positive && x > positive - band]);
  if (kind === "easy") rules.push(["kind", (x) => x + band <= positive]);
  if (margin !== undefined && kind !== "semi-hard") rules.push(["margin", (x) => x + margin <= positive]);
  if (relativeMargin !== undefined) {
    const bound = positive * (1 - sign * relativeMargin);
    rules.push(["relative-margin", (x) => x <= bound]);
  }
  if (maxScore !== undefined) rules.push(["max-score", (x) => x <= sign * maxScore]);
  if (minScore !== undefined) rules.push(["min-score", (x) => x >= sign * minScore]);
  return (score) => {
    const broken = rules.find(([, holds]) => !holds(sign * score));
    if (broken) passedOver.set(broken[0], (passedOver.get(broken[0]) ?? 0) + 1);
    return !broken;
  };
}

/** What is known of the anchor whose negatives are chosen. */
interface Anchor {
  /** Its row of scores. */
  readonly row: RowScores;
  readonly positives: ReadonlySet<number>;
  readonly judge: Judge;
  readonly uniform: () => number;
}

/** The nearest that are left, or a sample of them; the nearest first. */
function chooseNear({ row, positives, judge, uniform }: Anchor, m: number, most: number, options: MiningOptions) {
  const { negatives, rangeMin, rangeMax, sampling } = options;
  const isTop = sampling === "top";
  const wanted = isTop ? rangeMin + negatives : Number.POSITIVE_INFINITY;
  const left: Candidate[] = [];
  let seen = 0;
  let count = Math.min(m, rangeMax === undefined ? 2 * (rangeMin + negatives) + positives.size : rangeMax + most);
  for (;;) {
    const { columns, scores } = row.nearest(count);
    for (; seen < columns.length && left.length < wanted; seen++) {
      const [column, score] = [columns[seen], scores[seen]];
      if (!positives.has(column) && judge(score)) left.push({ column, score });
    }
    if (left.length >= wanted || rangeMax !== undefined || count === m) break;
    // Ever more of the nearest, until enough of them are left.
    count = Math.min(m, 4 * count);
  }
  const pool = left.slice(rangeMin, rangeMax);
  return isTop ? pool.slice(0, negatives) : sampleOf(pool, negatives, uniform);
}

/** `count` of the candidates, drawn without replacement, in the order that they had. */
function sampleOf(pool: readonly Candidate[], count: number, uniform: () => number): Candidate[] {
  const drawn: number[] = [];
  for (const i of shuffled(pool.length, uniform)) {
    if (drawn.length === count) break;
    drawn.push(i);
  }
  return drawn.sort((one, other) => one - other).map((i) => pool[i]);
}

/** Any negatives that are left, wherever they rank beyond the nearest `rangeMin`. */
function chooseAny({ row, positives, judge, uniform }: Anchor, m: number, options: MiningOptions): Candidate[] {
  const { negatives, rangeMin } = options;
  const near = row.nearest(rangeMin + positives.size).columns.filter((column) => !positives.has(column));
  const tooNear = new Set(near.slice(0, rangeMin));
  const chosen: Candidate[] = [];
  for (const column of shuffled(m, uniform)) {
    if (chosen.length === negatives) break;
    if (positives.has(column) || tooNear.has(column)) continue;
    const score = row.scoreOf(column);
    if (!Number.isNaN(score) && judge(score)) chosen.push({ column, score });
  }
  return chosen.sort((one, other) => row.compare(one.score, other.score) || one.column - other.column);
}

/** 0 … count − 1 in random order, as far as it is asked for: Fisher and Yates, with only the moved places kept. */
function* shuffled(count: number, uniform: () => number): Generator<number> {
  const moved = new Map<number, number>();
  for (let i = 0; i < count; i++) {
    const other = i + Math.floor(uniform() * (count - i));
    yield moved.get(other) ?? other;
    moved.set(other, moved.get(i) ?? i);
  }
}
