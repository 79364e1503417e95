import { padEnd, padStart, type TextWidth, widest } from "../output/width.js";

/** The separator of columns. */
export const GAP = "  ";

const CUT = "…";

/**
 * Aligns text cells in columns as wide as their widest cell: the first column to the left, the others to the right. If
 * they exceed `room`, the middle columns are replaced with `…`.
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
  const shown = shownColumns(widths, room);
  return rows.map((row) =>
    shown.map((k) => (k === null ? CUT : (k === 0 ? padEnd : padStart)(row[k], widths[k], textWidth))),
  );
}

/**
 * Returns the columns that fit: the first, then alternately from the end and the start; null for the omitted ones
 * between.
 */
function shownColumns(widths: readonly number[], room: number): (number | null)[] {
  const all = widths.map((_, k) => k);
  if (widths.reduce((sum, width) => sum + width + GAP.length, -GAP.length) <= room) return all;
  let [head, tail] = [1, 0];
  let left = room - widths[0] - GAP.length - CUT.length;
  for (;;) {
    const [next, last] = [head, widths.length - 1 - tail];
    const column = (tail < head ? [last, next] : [next, last]).find((k) => widths[k] + GAP.length <= left);
    if (column === undefined) return [...all.slice(0, head), null, ...all.slice(last + 1)];
    left -= widths[column] + GAP.length;
    if (column === next) head++;
    else tail++;
  }
}
