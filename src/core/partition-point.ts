/**
 * Returns the first index in `from ≤ i < to` whose value satisfies `has`, or `to` if there is none. All values after
 * one that satisfies it must satisfy it too. O(log n).
 */
export function partitionPoint(
  sorted: Float64Array,
  from: number,
  to: number,
  has: (value: number) => boolean,
): number {
  let [low, high] = [from, to];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (has(sorted[middle])) high = middle;
    else low = middle + 1;
  }
  return low;
}
