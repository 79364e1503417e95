/** Returns a percentile of sorted numbers, interpolated linearly as `numpy.percentile` does. @param share 0 ≤ share ≤ 1. */
export function percentile(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
}
