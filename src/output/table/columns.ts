import { padEnd, padStart, type TextWidth } from "./width.js";

/** Lines of text cells in columns as wide as their widest cell: the first aligned left, the others right. */
export function alignColumns(rows: readonly (readonly string[])[], textWidth: TextWidth): string[][] {
  const widths = rows[0].map((_, k) => Math.max(...rows.map((row) => textWidth(row[k]))));
  return rows.map((row) => row.map((cell, k) => (k === 0 ? padEnd : padStart)(cell, widths[k], textWidth)));
}
