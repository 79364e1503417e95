import { closestMatch } from "leven";
import { NoColumnError, UsageError } from "../core/errors.js";
import type { ColumnReference } from "./reader.js";

/**
 * Returns the field indices (from 0) of a selection in xsv's notation, in its order.
 *
 * A selection is a list of columns and ranges, counted from 1 or named: `1,3`, `1-4`, `4-1`, `3-`, `-3`, `name`,
 * `first-last`, `"a,b"`; a leading `!` selects all other columns.
 *
 * @param header the column names, or null if the file has none.
 * @param width the number of fields in a row.
 * @throws {UsageError} for a column that does not exist, and for an empty selection.
 * @see https://github.com/BurntSushi/xsv (`xsv select --help`)
 */
export function selectColumns(
  selection: string,
  header: readonly string[] | null,
  width: number,
  file: string,
): number[] {
  const others = selection.startsWith("!");
  const parts = splitSelection(others ? selection.slice(1) : selection);
  if (parts.length === 0) {
    const found = `found "${selection}"`;
    throw new UsageError(`${file}: expected a selection of columns, ${found}`, "for example 1-4, 3-, name or !1-2");
  }
  const chosen = parts.flatMap((part) => {
    const [from, to] = rangeOf(part, header);
    const start = from === "" ? 0 : columnIndex(reference(from), header, width, file);
    const end = to === undefined ? start : to === "" ? width - 1 : columnIndex(reference(to), header, width, file);
    const step = start <= end ? 1 : -1;
    return Array.from({ length: Math.abs(end - start) + 1 }, (_, i) => start + i * step);
  });
  if (!others) return chosen;
  const left = new Set(chosen);
  return Array.from({ length: width }, (_, i) => i).filter((i) => !left.has(i));
}

/**
 * Returns the index (from 0) of a column.
 *
 * @throws {UsageError} for a column that does not exist.
 */
export function columnIndex(
  column: ColumnReference,
  header: readonly string[] | null,
  width: number,
  file: string,
): number {
  if (typeof column === "number") {
    if (column >= 1 && column <= width) return column - 1;
    throw new UsageError(`${file}: expected a column from 1 to ${width}, found ${column}`, "columns count from 1");
  }
  const index = header?.indexOf(column) ?? -1;
  if (index >= 0) return index;
  const names = header?.filter((name) => name !== "") ?? [];
  const close = closestMatch(column, names, { maxDistance: Math.max(2, column.length >> 1) });
  const found = names.length > 0 ? names.slice(0, 12).join(", ") : "no header";
  throw new NoColumnError(file, column, found, close);
}

/** Parses a column reference: an integer is a number, any other text a name. */
export function reference(text: string): ColumnReference {
  return /^\d+$/.test(text) ? Number(text) : text.replace(/^"(.*)"$/, "$1");
}

/** Returns whether a selection names a column, which requires a header. */
export function namesColumn(selection: string): boolean {
  return splitSelection(selection.replace(/^!/, "")).some((part) => !/^\d*-?\d*$/.test(part));
}

/** Splits a list at commas outside quotes. */
export const splitSelection = (text: string): string[] => text.match(/(?:"[^"]*"|[^,])+/g) ?? [];

/** Splits `a-b` into its two ends, unless the header has a column of this name. */
function rangeOf(part: string, header: readonly string[] | null): [string, string?] {
  if (header?.includes(part) || /^"[^"]*"$/.test(part)) return [part];
  const range = /^("[^"]*"|[^-"]*)-("[^"]*"|[^-"]*)$/.exec(part);
  return range ? [range[1] ?? "", range[2] ?? ""] : [part];
}
