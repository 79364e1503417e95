/** Below this many seconds above start-up a point is the noise of starting a process, and is shown but not judged. */
const noise = 0.02;

/**
 * The largest factor by which the cost of a unit of work rises from a smaller point to a larger one, 1 where it only falls;
 * null with fewer than two points that can be judged, with `failed` saying why.
 */
export function growth(points) {
  const costs = points.filter(({ seconds }) => seconds !== null && seconds > noise).map(({ cost }) => cost);
  if (costs.length < 2) return { median: null, failed: points.find(({ failed }) => failed)?.failed ?? null };
  let [least, rise] = [costs[0], 1];
  for (const cost of costs) {
    rise = Math.max(rise, cost / least);
    least = Math.min(least, cost);
  }
  return { median: rise, failed: null };
}
