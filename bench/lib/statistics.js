/** The middle number, or the mean of the two in the middle. */
export function median(numbers) {
  const sorted = numbers.toSorted((x, y) => x - y);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}
