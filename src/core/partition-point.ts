/**
 * The first place of sorted values, from `from` to before `to`, that has a quality which all behind it have; `to` where
 * none has. O(log n).
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
