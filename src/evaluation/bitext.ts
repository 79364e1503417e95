import type { ScoredMatrix } from "../core/matrix.js";
import { MARGIN_SCORES, type MarginScore, neighbourhoodsOf } from "../neighbours/margin-scores.js";
import { NearestRows, type Neighbours } from "../neighbours/nearest-rows.js";
import { type Match, matchAmong, matchAmongAll, NO_MATCH } from "./bitext-scores.js";
import { miningF1 } from "./mining-f1.js";

/** How often the best match of a row is its translation, by one score. */
export interface BitextResult {
  readonly score: "cosine" | MarginScore["name"];
  /** The number of neighbours of a margin; null for cosines. */
  readonly k: number | null;
  /** The share of rows of the first side whose best match is their translation, and of rows of the second side. */
  readonly forwardAccuracy: number;
  readonly backwardAccuracy: number;
  /** F1 of the matches of the first side, and of the second, with each row as a class, weighted by support. */
  readonly forwardF1: number;
  readonly backwardF1: number;
  /** F1 of mining: of the matches of both sides that reach the best threshold. */
  readonly miningF1: number;
  /** Null if no match is a translation. */
  readonly miningThreshold: number | null;
}

/**
 * Matches each row with the best row of the other side, by cosine and by the margin scores; row i of one side is the
 * translation of row i of the other. The best row is the best of all, not only of the k nearest; of equal scores, the
 * earlier row.
 *
 * @param forward n×n cosines, one row for each row of the first side. @param backward the same for the second side.
 * @param k the number of neighbours of margins. Default: 4 for ratio and distance, 10 for CSLS.
 * @see https://github.com/facebookresearch/LASER/blob/main/source/xsim.py
 */
export async function evaluateBitext(
  forward: ScoredMatrix,
  backward: ScoredMatrix,
  k?: number,
): Promise<BitextResult[]> {
  const margins = MARGIN_SCORES.map((score) => ({ ...score, k: k ?? score.k }));
  const most = Math.max(...margins.map((margin) => margin.k));
  const first = await nearestOf(forward, most);
  const second = await nearestOf(backward, most);
  const ofFirst = await marginMatches(forward, first, second, margins);
  const ofSecond = await marginMatches(backward, second, first, margins);
  return [
    resultOf("cosine", null, nearestMatches(first), nearestMatches(second)),
    ...margins.map((margin, i) => resultOf(margin.name, margin.k, ofFirst[i], ofSecond[i])),
  ];
}

async function nearestOf(scores: ScoredMatrix, most: number): Promise<Neighbours> {
  const nearest = new NearestRows(scores.rows, { k: Math.min(most, scores.columns) });
  await nearest.add(scores);
  return nearest.result();
}

/** Returns the nearest row of each row. */
function nearestMatches({ counts, rows, scores, k }: Neighbours): Match[] {
  return Array.from(counts, (count, i) => (count === 0 ? NO_MATCH : { row: rows[i * k], score: scores[i * k] }));
}

/** Returns the best match of each row by each margin. Few rows need all their cosines. */
async function marginMatches(
  scores: ScoredMatrix,
  own: Neighbours,
  others: Neighbours,
  margins: readonly MarginScore[],
): Promise<Match[][]> {
  const means = margins.map(({ k }) => neighbourhoodsOf(own, others, k));
  const matches = margins.map(() => new Array<Match>(scores.rows).fill(NO_MATCH));
  const open: number[] = [];
  const { counts, rows, scores: cosines, k } = own;
  for (let row = 0; row < scores.rows; row++) {
    const nearest = {
      rows: rows.subarray(row * k, row * k + counts[row]),
      cosines: cosines.subarray(row * k, row * k + counts[row]),
      isComplete: counts[row] < k || k === scores.columns,
    };
    const found = margins.map((margin, m) => matchAmong(margin, row, means[m], nearest));
    for (const [m, match] of found.entries()) matches[m][row] = match ?? NO_MATCH;
    if (found.includes(null)) open.push(row);
  }
  for await (const { row, ...cells } of cellsOfRows(scores, Uint32Array.from(open))) {
    for (const [m, margin] of margins.entries()) matches[m][row] = matchAmongAll(margin, row, means[m], cells);
  }
  return matches;
}

/** Yields the cells of some rows. @param numbers the rows, in ascending order. */
async function* cellsOfRows(
  scores: ScoredMatrix,
  numbers: Uint32Array,
): AsyncGenerator<{ row: number; cells: Float64Array; slack: number; exact(column: number): number }> {
  if (numbers.length === 0) return;
  const some = scores.screen ? await scores.screen.ofRows(numbers) : null;
  let next = 0;
  for await (const { firstRow, rows, columns, values } of (some ?? scores).tiles()) {
    for (; next < numbers.length; next++) {
      const row = numbers[next];
      const at = (some ? next : row) - firstRow;
      if (at >= rows) break;
      yield {
        row,
        cells: values.subarray(at * columns, (at + 1) * columns),
        slack: (some ?? scores).slack(some ? next : row, 1),
        exact: (column) => scores.exact(row, column),
      };
    }
  }
}

function resultOf(
  score: BitextResult["score"],
  k: number | null,
  first: readonly Match[],
  second: readonly Match[],
): BitextResult {
  const mined = miningF1(first, second);
  return {
    score,
    k,
    forwardAccuracy: accuracyOf(first),
    backwardAccuracy: accuracyOf(second),
    forwardF1: weightedF1(first),
    backwardF1: weightedF1(second),
    miningF1: mined.f1,
    miningThreshold: mined.threshold,
  };
}

const accuracyOf = (matches: readonly Match[]): number =>
  matches.filter(({ row }, i) => row === i).length / matches.length;

/**
 * Returns the F1 measure of bitext retrieval in MTEB: with each row as a class, weighted by the number of its occurrences,
 * which is 1. Row i has the F1 measure 2 / (1 + the number of rows matched with it) if it is found, otherwise 0.
 *
 * @see https://github.com/embeddings-benchmark/mteb: AbsTaskBitextMining
 * @see https://scikit-learn.org/stable/modules/generated/sklearn.metrics.f1_score.html: `average="weighted"`
 */
function weightedF1(matches: readonly Match[]): number {
  const matched = new Uint32Array(matches.length);
  for (const { row } of matches) if (row >= 0) matched[row]++;
  return matches.reduce((sum, { row }, i) => sum + (row === i ? 2 / (1 + matched[i]) : 0), 0) / matches.length;
}
