/** Returns at most `most` round numbers from `start` to `end`: multiples of 1, 2 or 5 times a power of 10. */
export function roundTicks(start: number, end: number, most: number): number[] {
  const raw = (end - start) / Math.max(1, most - 1);
  if (!(raw > 0) || !Number.isFinite(raw)) return [start];
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((each) => each >= raw * (1 - 1e-9)) ?? raw;
  const first = Math.ceil(start / step - 1e-9);
  const count = Math.floor(end / step + 1e-9) - first + 1;
  // Multiples of the reciprocal of a small step are exact: 3 / 10, not 3 · 0.1.
  const multiple = (k: number) => (step < 1 ? k / Math.round(1 / step) : k * step);
  return Array.from({ length: Math.max(1, count) }, (_, i) => multiple(first + i) + 0);
}
