import { cellKind, isNumberCell } from "../../input/cell.js";
import type { DecimalMark } from "../../input/reader.js";
import type { TextRow } from "./layout.js";

/** Returns whether a row has a number or a vector. */
export const hasNumbers = (cells: readonly string[], decimal: DecimalMark): boolean =>
  cells.some((cell) => ["number", "array"].includes(cellKind(cell, decimal)));

/**
 * Separates lines such as a title, a second header or a row of units from the first rows of a table: they come before the first row
 * with numbers, and have text where later rows have numbers. One of the lines, with as many fields as the numbers, is the header.
 */
export function withoutOtherLines(
  rows: readonly TextRow[],
  decimal: DecimalMark,
): { readonly table: readonly TextRow[]; readonly others: readonly TextRow[] } {
  const start = rows.findIndex(({ cells }, i) => i > 0 && hasNumbers(cells, decimal));
  const fields = rows[start]?.cells.length ?? 0;
  const isWhole = ({ cells }: TextRow) => cells.length === fields;
  const before = rows.slice(0, Math.max(start, 0));
  // A header of R has no name for the row names.
  const header = before.find(isWhole) ?? before.findLast(({ cells }) => cells.length === fields - 1);
  const numbers = rows[start]?.cells.map((cell) => isNumberCell(cell, decimal)) ?? [];
  const isOther = (row: TextRow) =>
    row !== header &&
    !hasNumbers(row.cells, decimal) &&
    (!isWhole(row) || row.cells.some((cell, i) => numbers[i] && cellKind(cell, decimal) === "text"));
  return { table: rows.filter((row, i) => i >= start || !isOther(row)), others: before.filter(isOther) };
}
