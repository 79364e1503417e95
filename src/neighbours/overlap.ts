import type { Neighbours } from "./nearest-rows.js";

/** How much two lists of neighbours of the same n rows have in common. NaN for a row that has no neighbours in either list. */
export interface NeighbourOverlap {
  /** The number of common neighbours divided by the number of all, in [0, 1]. */
  readonly jaccard: Float64Array;
  /** The extrapolated rank-biased overlap, in [0, 1]: common neighbours count more the nearer they are. */
  readonly rankBiased: Float64Array;
}

/**
 * Compares the neighbours of the same rows in two sets.
 *
 * With X the number of common rows among the first d neighbours of both lists, and k their length, the extrapolated rank-biased
 * overlap is `X_k/k·pᵏ + (1 − p)/p · Σ X_d/d·pᵈ` over d = 1 … k. If one list is shorter, k is its length.
 *
 * @param persistence p, 0 < p < 1: the greater, the more farther neighbours count.
 * @see W. Webber, A. Moffat, J. Zobel, "A similarity measure for indefinite rankings", 2010, equation 32,
 * https://doi.org/10.1145/1852102.1852106
 */
export function neighbourOverlap(a: Neighbours, b: Neighbours, persistence: number): NeighbourOverlap {
  const size = a.counts.length;
  const jaccard = new Float64Array(size);
  const rankBiased = new Float64Array(size);
  for (let row = 0; row < size; row++) {
    const [left, right] = [listOf(a, row), listOf(b, row)];
    const own = new Set(left);
    const common = right.filter((other) => own.has(other)).length;
    jaccard[row] = common / (left.length + right.length - common);
    rankBiased[row] = rankBiasedOverlap(left, right, persistence);
  }
  return { jaccard, rankBiased };
}

const listOf = ({ k, counts, rows }: Neighbours, row: number) => rows.subarray(row * k, row * k + counts[row]);

function rankBiasedOverlap(left: Int32Array, right: Int32Array, p: number): number {
  const depth = Math.min(left.length, right.length);
  const seen = new Set<number>();
  let [common, weight, sum] = [0, 1, 0];
  for (let d = 1; d <= depth; d++) {
    for (const row of [left[d - 1], right[d - 1]]) {
      // A list names a row once, so a row that was seen is in the other list.
      if (seen.has(row)) common++;
      seen.add(row);
    }
    weight *= p;
    sum += (common / d) * weight;
  }
  if (depth === 0) return left.length === right.length ? Number.NaN : 0;
  return Math.min(1, (common / depth) * weight + ((1 - p) / p) * sum);
}
