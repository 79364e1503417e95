/** Eighths of a character, from the bottom. */
const EIGHTHS = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];

/**
 * Returns values of 0 or more as bars of a character each, relative to the largest one; 0 is a space, and any other value is
 * visible.
 */
export function bars(values: readonly number[]): string {
  const most = values.reduce((largest, value) => Math.max(largest, value), 0);
  const bar = (count: number) =>
    count === 0 ? " " : EIGHTHS[Math.max(0, Math.ceil((count / most) * EIGHTHS.length) - 1)];
  return values.map(bar).join("");
}
