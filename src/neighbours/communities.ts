import type { ScoredMatrix } from "../core/matrix.js";
import { findPairs, PairList } from "./near-pairs.js";

/**
 * Returns communities of rows as `community_detection` of sentence-transformers finds them:
 *
 * 1. The candidate of a row has the rows that score `minScore` or nearer with it, itself included, the nearest first. Candidates of fewer
 *    than `minSize` rows are left out.
 * 2. Candidates are visited by their size, the largest first. Rows that are in a community already are removed from each; if
 *    `minSize` rows are left, they are a community.
 * 3. Communities are sorted by their size, the largest first.
 *
 * Ties are in the order of the rows: candidates of equal size by their row, equal scores by row (a row comes first in its own
 * candidate), and communities of equal size in the order in which they were found.
 *
 * @param scores n×n: the set compared with itself. @param maxBytes maximum memory for pairs in bytes.
 * @throws {MachineError} if the pairs exceed the memory.
 * @see https://sbert.net/docs/package_reference/util.html#sentence_transformers.util.community_detection
 */
export async function communities(
  scores: ScoredMatrix,
  minScore: number,
  minSize: number,
  maxBytes: number,
): Promise<number[][]> {
  const sign = scores.nearer === "greater" ? 1 : -1;
  // A half of the memory is for the candidates.
  const list = new PairList(Number.POSITIVE_INFINITY, sign, maxBytes / 2);
  await findPairs(scores, minScore, (...pair) => list.add(...pair));
  const { count, first, second } = list.sorted();
  const sizes = new Int32Array(scores.rows).fill(1);
  for (let pair = 0; pair < count; pair++) {
    sizes[first[pair]]++;
    sizes[second[pair]]++;
  }
  const ends = Uint32Array.from(sizes);
  for (let row = 1; row < ends.length; row++) ends[row] += ends[row - 1];
  const members = new Int32Array(ends.at(-1) ?? 0);
  const filled = new Int32Array(scores.rows);
  const put = (row: number, member: number) => {
    members[ends[row] - sizes[row] + filled[row]++] = member;
  };
  for (let row = 0; row < scores.rows; row++) put(row, row);
  // The nearest pairs come first; of equal scores, a row has its pairs in the order of the other rows.
  for (let pair = 0; pair < count; pair++) {
    put(first[pair], second[pair]);
    put(second[pair], first[pair]);
  }
  const least = Math.min(minSize, scores.rows);
  const bySize = Array.from(sizes.keys())
    .filter((row) => sizes[row] >= least)
    .sort((i, j) => sizes[j] - sizes[i] || i - j);
  const isTaken = new Uint8Array(scores.rows);
  const found: number[][] = [];
  for (const row of bySize) {
    const left = Array.from(members.subarray(ends[row] - sizes[row], ends[row])).filter((member) => !isTaken[member]);
    if (left.length < least) continue;
    for (const member of left) isTaken[member] = 1;
    found.push(left);
  }
  return found.sort((one, other) => other.length - one.length);
}
