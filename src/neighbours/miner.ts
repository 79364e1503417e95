import type { Nearer, ScoredMatrix } from "../core/matrix.js";
import { uniforms } from "../core/random.js";
import { type Relevance, withoutSelf } from "../core/relevance.js";
import type { CandidateOrder } from "./candidate-order.js";
import { type SearchedRow, searchedRows } from "./searched-rows.js";
import { type Suspect, SuspectList } from "./suspects.js";

/**
 * The candidates for negatives of an anchor. Positives are never candidates. `hard` and `random`: all other rows of the
 * corpus; `semi-hard`: rows farther than the positive, by less than the margin; `easy`: rows farther by at least the margin.
 */
export type MiningKind = "hard" | "semi-hard" | "easy" | "random";

/** The rules that can exclude a candidate, in the order in which they are applied. */
const REASONS = ["forbid", "kind", "margin", "relative-margin", "max-score", "min-score"] as const;
export type Reason = (typeof REASONS)[number];

/** Why an anchor has too few negatives: the rule that excluded most of its candidates, else a limit of ranks, else the corpus. */
const SHORTAGES = [...REASONS, "range-max", "range-min", "scores", "mutual", "corpus"] as const;
export type Shortage = (typeof SHORTAGES)[number];

/** Options of mining. Scores are compared by nearness: for distances, `minScore` is the largest distance. */
export interface MiningOptions {
  readonly kind: MiningKind;
  /** Maximum number of negatives of an anchor. */
  readonly negatives: number;
  /** Number of nearest remaining candidates to skip. */
  readonly rangeMin: number;
  /** Number of nearest remaining candidates to consider, including the skipped ones. Default: all. */
  readonly rangeMax?: number;
  readonly minScore?: number;
  readonly maxScore?: number;
  /** Minimum difference between the scores of the positive and a negative; for `semi-hard`, its upper bound. */
  readonly margin?: number;
  /** A negative scores at most (1 − this) times the score of the positive; for distances, at least (1 + this) times. */
  readonly relativeMargin?: number;
  /** Whether negatives are the nearest remaining candidates or a random sample of them. */
  readonly sampling: "top" | "random";
  readonly seed: number;
  /** Whether row i of the corpus is anchor i and is neither its positive nor its negative. */
  readonly excludeSelf: boolean;
  /** The rows of the matrix are the anchors from `first` on, of `count` anchors. Default: all. */
  readonly anchors?: { readonly first: number; readonly count: number };
  /** Rows that are never negatives of an anchor, although they are not its positives. */
  readonly forbidden?: Pick<Relevance, "rowsOf">;
  /** Scores that take the place of those of the matrix. */
  readonly order?: CandidateOrder;
}

/** The negatives of n anchors. */
export interface Mined {
  /** The number of the first anchor. */
  readonly firstAnchor: number;
  /** Number of negatives of each anchor. */
  readonly counts: Int32Array;
  /** n×`negatives` rows of the corpus, and their scores; nearest first. */
  readonly rows: Int32Array;
  readonly scores: Float64Array;
  /** The scores of the positives of each anchor, in the order of the rows; empty for an anchor without positives. */
  readonly positives: readonly (readonly number[])[];
  /** Number of excluded candidates by reason, in the order of the rules. */
  readonly passedOver: ReadonlyMap<Reason, number>;
  /** Number of anchors with too few negatives, by cause, in the order of the rules. */
  readonly shortages: ReadonlyMap<Shortage, number>;
  /** Number of negatives that score better than a positive of their anchor. */
  readonly better: number;
  /**
   * The negatives, and the candidates excluded because they are too near, that are most likely positives without a label: at most one
   * of each anchor, those that score best relative to the positive first.
   */
  readonly suspects: { readonly kept: readonly Suspect[]; readonly excluded: readonly Suspect[] };
}

/** The default margin of `semi-hard` and `easy`, as in the losses (α). */
export const DEFAULT_MINING_MARGIN = 0.25;

/**
 * Mines negatives for each anchor, in the order of `mine_hard_negatives` of Sentence Transformers:
 *
 * 1. Candidates are all rows of the corpus; with `rangeMax`, only the nearest `rangeMax` + p rows, where p is the maximum
 *    number of positives of an anchor.
 * 2. Positives, forbidden rows, and candidates that violate a margin or a score limit, are excluded. An anchor with several positives is
 *    compared with the farthest of them.
 * 3. The first `rangeMin` remaining candidates are skipped and those after `rangeMax` are dropped. For kind `random`
 *    without `rangeMax`, the skipped rows are counted before margins and score limits exclude any.
 * 4. Negatives are the nearest of the rest, or a random sample.
 *
 * @param scores n×m: a row for each anchor, a column for each row of the corpus.
 * @see https://sbert.net/docs/package_reference/util/hard_negatives.html
 */
export async function mineNegatives(
  scores: ScoredMatrix,
  relevance: Relevance,
  options: MiningOptions,
): Promise<Mined> {
  const { negatives, excludeSelf, order } = options;
  const isAny = options.kind === "random" && options.rangeMax === undefined && !order?.limit;
  const { rows: n, columns: m } = scores;
  const { first: firstAnchor, count: allAnchors } = options.anchors ?? { first: 0, count: n };
  const nearer = order?.nearer ?? scores.nearer;
  const relevant = excludeSelf ? withoutSelf(relevance) : relevance;
  const mined = {
    firstAnchor,
    counts: new Int32Array(n),
    rows: new Int32Array(n * negatives),
    scores: new Float64Array(n * negatives),
    positives: [] as number[][],
    passedOver: new Map<Reason, number>(),
    shortages: new Map<Shortage, number>(),
    better: 0,
  };
  const suspects = { kept: new SuspectList(nearer), excluded: new SuspectList(nearer) };
  const maxPositives = Array.from({ length: allAnchors }, (_, i) => relevant.rowsOf(i).length).reduce((x, y) =>
    Math.max(x, y),
  );
  const count = firstCount(options, isAny, m, maxPositives);
  const wanted = { k: order?.searchedFor(count) ?? count, selfOffset: excludeSelf ? firstAnchor : null };
  const range = options.rangeMax === undefined ? null : count;
  const searched = order?.limit && range === null ? unsearchedRows(scores) : searchedRows(scores, wanted);
  for await (const found of searched) {
    const row = order?.reordered(numbered(found, firstAnchor), range) ?? found;
    const place = found.row;
    const anchor = firstAnchor + place;
    const positives = Array.from(relevant.rowsOf(anchor));
    const positiveScores = positives.map((positive) => row.scoreOf(positive));
    mined.positives[place] = positiveScores;
    if (positives.length === 0) continue;
    const excluded: Excluded[] = [];
    const judge = judgeOf(anchor, positiveScores, nearer, options, excluded);
    const uniform = uniforms((options.seed + anchor * 0x9e3779b1) % Number.MAX_SAFE_INTEGER);
    const context = { row, positives: new Set(positives), judge, uniform };
    const chosen = isAny ? chooseAny(context, m, options, nearer) : chooseNear(context, m, maxPositives, options);
    // The anchor comes again.
    if (!chosen) continue;
    const passedOver = new Map<Reason, number>();
    for (const { reason } of excluded) addTo(passedOver, reason, 1);
    for (const [reason, count] of passedOver) addTo(mined.passedOver, reason, count);
    if (chosen.length < negatives) addTo(mined.shortages, shortageOf(passedOver, options), 1);
    const positive = farthestOf(positiveScores, nearer);
    const tooNear = nearestOf(
      excluded.filter(({ reason }) => TOO_NEAR.has(reason)),
      nearer,
    );
    if (tooNear) suspects.excluded.add({ ...tooNear, anchor, positive });
    if (chosen.length > 0) suspects.kept.add({ ...chosen[0], anchor, positive, reason: null });
    mined.counts[place] = chosen.length;
    for (const [rank, { column, score }] of chosen.entries()) {
      mined.rows[place * negatives + rank] = column;
      mined.scores[place * negatives + rank] = score;
      if (nearer === "greater" ? score > positive : score < positive) mined.better++;
    }
  }
  // Anchors come in any order.
  return {
    ...mined,
    passedOver: inOrderOf(REASONS, mined.passedOver),
    shortages: inOrderOf(SHORTAGES, mined.shortages),
    suspects: { kept: suspects.kept.list, excluded: suspects.excluded.list },
  };
}

/** Returns a row of the matrix with the number of its anchor. */
function numbered(found: SearchedRow, firstAnchor: number): SearchedRow {
  if (firstAnchor === 0) return found;
  return {
    row: firstAnchor + found.row,
    nearest: (count) => found.nearest(count),
    scoreOf: (column) => found.scoreOf(column),
  };
}

/** Yields rows whose nearest columns are not searched for. */
async function* unsearchedRows({ rows, exact }: ScoredMatrix): AsyncGenerator<SearchedRow> {
  for (let row = 0; row < rows; row++) {
    // Lets events such as Ctrl-C in.
    if (row % ROWS_BETWEEN_EVENTS === 0) await new Promise(setImmediate);
    yield { row, nearest: () => NONE, scoreOf: (column) => exact(row, column) };
  }
}

const ROWS_BETWEEN_EVENTS = 256;
const NONE = { columns: [], scores: [] };

function addTo<K>(counts: Map<K, number>, key: K, count: number): void {
  counts.set(key, (counts.get(key) ?? 0) + count);
}

/** Counts of anchors or candidates by cause. */
export type CauseCounts = readonly (readonly [Shortage, number])[];

/** Returns the sums of counts of several parts, in the order of the rules. */
export function addedCounts(parts: readonly CauseCounts[]): CauseCounts {
  const sums = new Map<Shortage, number>();
  for (const [cause, count] of parts.flat()) addTo(sums, cause, count);
  return [...inOrderOf(SHORTAGES, sums)];
}

function inOrderOf<K>(keys: readonly K[], counts: ReadonlyMap<K, number>): ReadonlyMap<K, number> {
  return new Map(
    keys.flatMap((key) => {
      const count = counts.get(key);
      return count === undefined ? [] : [[key, count] as const];
    }),
  );
}

/** Returns why an anchor has too few negatives; of rules that excluded equally many candidates, the first. */
function shortageOf(passedOver: ReadonlyMap<Reason, number>, { rangeMin, rangeMax, order }: MiningOptions): Shortage {
  const most = Math.max(0, ...passedOver.values());
  const rule = REASONS.find((reason) => most > 0 && passedOver.get(reason) === most);
  return rule ?? (rangeMax !== undefined ? "range-max" : rangeMin > 0 ? "range-min" : (order?.limit ?? "corpus"));
}

/** Returns the number of nearest columns in which the negatives of most anchors are. */
function firstCount(
  { negatives, rangeMin, rangeMax, sampling }: MiningOptions,
  isAny: boolean,
  m: number,
  positives: number,
): number {
  if (isAny) return Math.min(m, rangeMin + positives);
  if (rangeMax !== undefined) return Math.min(m, rangeMax + positives);
  return sampling === "random" ? m : Math.min(m, 2 * (rangeMin + negatives) + positives);
}

interface Candidate {
  readonly column: number;
  readonly score: number;
}

/** A candidate that a rule excluded. */
interface Excluded extends Candidate {
  readonly reason: Reason;
}

/** Rules that exclude candidates that are too near. */
const TOO_NEAR: ReadonlySet<Reason> = new Set<Reason>(["kind", "margin", "relative-margin", "max-score"]);

/** Returns whether a candidate is kept; lists the excluded ones. */
type Judge = (candidate: Candidate) => boolean;

/** Returns the score of the farthest of some rows. */
function farthestOf(scores: readonly number[], nearer: Nearer): number {
  return nearer === "greater" ? Math.min(...scores) : Math.max(...scores);
}

/** Returns the nearest of some candidates; of equally near ones, the earlier column. */
function nearestOf<C extends Candidate>(candidates: readonly C[], nearer: Nearer): C | undefined {
  const sign = nearer === "greater" ? 1 : -1;
  return [...candidates].sort((one, other) => sign * (other.score - one.score) || one.column - other.column)[0];
}

function judgeOf(
  anchor: number,
  positives: readonly number[],
  nearer: Nearer,
  { kind, margin, relativeMargin, minScore, maxScore, forbidden }: MiningOptions,
  excluded: Excluded[],
): Judge {
  const sign = nearer === "greater" ? 1 : -1;
  const positive = sign * farthestOf(positives, nearer);
  const never = new Set(forbidden && Array.from(forbidden.rowsOf(anchor)));
  const band = margin ?? DEFAULT_MINING_MARGIN;
  const rules: [Reason, (nearness: number, column: number) => boolean][] = [];
  if (never.size > 0) rules.push(["forbid", (_, column) => !never.has(column)]);
  if (kind === "semi-hard") rules.push(["kind", (x) => x < positive && x > positive - band]);
  if (kind === "easy") rules.push(["kind", (x) => x + band <= positive]);
  if (margin !== undefined && kind !== "semi-hard") rules.push(["margin", (x) => x + margin <= positive]);
  if (relativeMargin !== undefined) {
    const bound = positive * (1 - sign * relativeMargin);
    rules.push(["relative-margin", (x) => x <= bound]);
  }
  if (maxScore !== undefined) rules.push(["max-score", (x) => x <= sign * maxScore]);
  if (minScore !== undefined) rules.push(["min-score", (x) => x >= sign * minScore]);
  return ({ column, score }) => {
    const broken = rules.find(([, holds]) => !holds(sign * score, column));
    if (broken) excluded.push({ column, score, reason: broken[0] });
    return !broken;
  };
}

/** The anchor whose negatives are chosen. */
interface Anchor {
  readonly row: SearchedRow;
  readonly positives: ReadonlySet<number>;
  readonly judge: Judge;
  readonly uniform: () => number;
}

/** Returns the nearest remaining candidates, or a sample of them; nearest first. Null if more columns have to be searched. */
function chooseNear(
  { row, positives, judge, uniform }: Anchor,
  m: number,
  maxPositives: number,
  options: MiningOptions,
): Candidate[] | null {
  const { negatives, rangeMin, rangeMax, sampling } = options;
  const isTop = sampling === "top";
  const wanted = isTop ? rangeMin + negatives : Number.POSITIVE_INFINITY;
  const left: Candidate[] = [];
  let seen = 0;
  let count = firstCount(options, false, m, rangeMax === undefined ? positives.size : maxPositives);
  for (;;) {
    const nearest = row.nearest(count);
    if (!nearest) return null;
    const { columns, scores } = nearest;
    for (; seen < columns.length && left.length < wanted; seen++) {
      const candidate = { column: columns[seen], score: scores[seen] };
      if (!positives.has(candidate.column) && judge(candidate)) left.push(candidate);
    }
    if (left.length >= wanted || rangeMax !== undefined || count === m) break;
    // Too few candidates remain: search more of the nearest rows.
    count = Math.min(m, 4 * count);
  }
  const pool = left.slice(rangeMin, rangeMax);
  return isTop ? pool.slice(0, negatives) : sampleOf(pool, negatives, uniform);
}

/** Returns `count` candidates, drawn without replacement, in their original order. */
function sampleOf(pool: readonly Candidate[], count: number, uniform: () => number): Candidate[] {
  const drawn: number[] = [];
  for (const i of shuffled(pool.length, uniform)) {
    if (drawn.length === count) break;
    drawn.push(i);
  }
  return drawn.sort((one, other) => one - other).map((i) => pool[i]);
}

/** Returns randomly chosen negatives beyond the nearest `rangeMin`; nearest first. Null as in {@link chooseNear}. */
function chooseAny(
  { row, positives, judge, uniform }: Anchor,
  m: number,
  options: MiningOptions,
  nearer: Nearer,
): Candidate[] | null {
  const { negatives, rangeMin } = options;
  const nearest = row.nearest(rangeMin + positives.size);
  if (!nearest) return null;
  const near = nearest.columns.filter((column) => !positives.has(column));
  const tooNear = new Set(near.slice(0, rangeMin));
  const chosen: Candidate[] = [];
  for (const column of shuffled(m, uniform)) {
    if (chosen.length === negatives) break;
    if (positives.has(column) || tooNear.has(column)) continue;
    const candidate = { column, score: row.scoreOf(column) };
    if (!Number.isNaN(candidate.score) && judge(candidate)) chosen.push(candidate);
  }
  const sign = nearer === "greater" ? 1 : -1;
  return chosen.sort((one, other) => sign * (other.score - one.score) || one.column - other.column);
}

/** Yields 0 … count − 1 in random order: a Fisher–Yates shuffle that stores only the positions that have moved. */
function* shuffled(count: number, uniform: () => number): Generator<number> {
  const moved = new Map<number, number>();
  for (let i = 0; i < count; i++) {
    const other = i + Math.floor(uniform() * (count - i));
    yield moved.get(other) ?? other;
    moved.set(other, moved.get(i) ?? i);
  }
}
