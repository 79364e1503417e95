import type { Nearer, ScoredMatrix } from "../core/matrix.js";
import { Groups } from "./groups.js";
import { findPairs } from "./near-pairs.js";

/** Which rows of a set stay without near duplicates. */
export interface Keepers {
  /** For each row, the row that is kept in its place; its own number for a row that is kept. */
  readonly keeperOf: Int32Array;
  /** The score of each removed row with its keeper; NaN for a row that is kept. */
  readonly scores: Float64Array;
}

/** How rows lead to the removal of others: see {@link greedyKeepers} and {@link componentKeepers}. */
export type Link = "greedy" | "components";

/**
 * Keeps rows one by one: a row is kept unless its score with an earlier row that is kept is `minScore` or nearer. The keeper of a
 * removed row is the nearest of these; of equally near ones, the earliest. So each removed row reaches the bound with its keeper, and
 * no two rows that are kept reach it. The memory is that of n rows, however many pairs there are.
 *
 * @param scores n×n: the set compared with itself, in the order in which rows are kept.
 */
export async function greedyKeepers(scores: ScoredMatrix, minScore: number): Promise<Keepers> {
  const found = allKept(scores.rows);
  const { keeperOf, scores: best } = found;
  const isRemoved = (row: number) => keeperOf[row] !== row;
  const add = (first: number, second: number, score: number) => {
    if (isRemoved(second) && !isNearer(score, best[second], scores.nearer)) return;
    keeperOf[second] = first;
    best[second] = score;
  };
  await findPairs(scores, minScore, add, { skips: isRemoved });
  return found;
}

/**
 * Keeps one row of each group of rows that a chain of pairs connects. The score of a removed row with its keeper may be farther than
 * `minScore`.
 *
 * @param scores n×n: the set compared with itself.
 * @param keeps which row of a group is kept: the first one, or the medoid, whose sum of scores with the others is the nearest; of several
 * medoids, the first.
 */
export async function componentKeepers(
  scores: ScoredMatrix,
  minScore: number,
  keeps: "first" | "medoid" = "first",
): Promise<Keepers> {
  const groups = new Groups(scores.rows);
  await findPairs(scores, minScore, (first, second) => {
    groups.connect(first, second);
  });
  const found = allKept(scores.rows);
  for (const group of groups.list()) {
    const keeper = keeps === "first" ? group[0] : medoidOf(group, scores);
    for (const row of group) {
      if (row === keeper) continue;
      found.keeperOf[row] = keeper;
      found.scores[row] = scores.exact(keeper, row);
    }
  }
  return found;
}

/**
 * Returns the rows of a set, the most central first: those with the most pairs; of equal numbers, those with the nearest sum of scores
 * of these pairs; then in their order.
 */
export async function byCentrality(scores: ScoredMatrix, minScore: number): Promise<Uint32Array> {
  const pairs = new Uint32Array(scores.rows);
  const sums = new Float64Array(scores.rows);
  await findPairs(scores, minScore, (first, second, score) => {
    for (const row of [first, second]) {
      pairs[row]++;
      sums[row] += score;
    }
  });
  const sign = scores.nearer === "greater" ? 1 : -1;
  return Uint32Array.from(pairs, (_, row) => row).sort(
    (i, j) => pairs[j] - pairs[i] || sign * (sums[j] - sums[i]) || i - j,
  );
}

function medoidOf(group: readonly number[], { exact, nearer }: ScoredMatrix): number {
  let [medoid, best] = [group[0], Number.NaN];
  for (const row of group) {
    let sum = 0;
    for (const other of group) if (other !== row) sum += exact(row, other);
    if (!Number.isNaN(best) && !isNearer(sum, best, nearer)) continue;
    [medoid, best] = [row, sum];
  }
  return medoid;
}

const isNearer = (one: number, other: number, nearer: Nearer): boolean =>
  nearer === "greater" ? one > other : one < other;

const allKept = (rows: number): Keepers => ({
  keeperOf: Int32Array.from({ length: rows }, (_, row) => row),
  scores: new Float64Array(rows).fill(Number.NaN),
});
