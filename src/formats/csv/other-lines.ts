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
  const before = rows.slice(0, Math.max(start, 0));
  const header = headerAmong(before, fields);
  // The usual table has nothing before its numbers but a header.
  if (before.every((_, i) => i === header)) return { table: rows, others: [] };
  const numbers = rows[start]?.cells.map((cell) => isNumberCell(cell, decimal)) ?? [];
  const isOther = ({ cells }: TextRow, i: number) => {
    if (i === header || hasNumbers(cells, decimal)) return false;
    const isText = cells.some((cell, field) => numbers[field] && cellKind(cell, decimal) === "text");
    return i < header || cells.length !== fields || isText;
  };
  return { table: rows.filter((row, i) => i >= start || !isOther(row, i)), others: before.filter(isOther) };
}

/** Returns the index of the first row with a name for each number, otherwise of any row of this length; -1 if there is none. */
function headerAmong(rows: readonly TextRow[], fields: number): number {
  const isWhole = ({ cells }: TextRow) => cells.length === fields;
  const isNamed = (row: TextRow) => isWhole(row) && row.cells.slice(1).every((cell) => cell !== "");
  // A header of R has no name for the row names.
  const candidates = [isNamed, isWhole, ({ cells }: TextRow) => cells.length === fields - 1];
  return candidates.map((isHeader) => rows.findIndex(isHeader)).find((index) => index >= 0) ?? -1;
}
