import { padEnd, padStart, type TextWidth, widest } from "./width.js";

/** What stands between two columns. */
export const GAP = "  ";

/**
 * Lines of text cells in columns as wide as their widest cell: the first aligned left, the others right.
 * Columns that end beyond `room` are left out.
 */
export function alignColumns(
  rows: readonly (readonly string[])[],
  textWidth: TextWidth,
  room = Number.POSITIVE_INFINITY,
): string[][] {
  const widths = rows[0].map((_, k) =>
    widest(
      rows.map((row) => row[k]),
      textWidth,
    ),
  );
  const ends = widths.map((_, k) => widths.slice(0, k + 1).reduce((end, width) => end + width, k * GAP.length));
  return rows.map((row) =>
    row.filter((_, k) => ends[k] <= room).map((cell, k) => (k === 0 ? padEnd : padStart)(cell, widths[k], textWidth)),
  );
}
