import { DataError, UsageError } from "../../core/errors.js";
import { columnIndex, namesColumn, selectColumns } from "../../input/columns.js";
import { isNumber } from "../../input/number.js";
import type { ReadOptions } from "../../input/reader.js";
import { firstColumnIsId, isIdName, looksLikeHeader } from "./dialect.js";

/** The layout of all rows, determined by the first rows; fields are indices from 0. */
export interface Layout {
  readonly hasHeader: boolean;
  /** Number of fields of every row. */
  readonly fields: number;
  /** The fields that hold components, in their order. */
  readonly values: readonly number[];
  readonly id: number | null;
  readonly label: number | null;
  /** The names of the value fields, if the file has a header. */
  readonly columnNames: readonly string[] | null;
}

/**
 * Determines the layout of a file from its first row, its second row (null if there is none) and the options.
 *
 * @throws {UsageError} for a column that is not there, and where the columns asked for hold no numbers;
 * {@link DataError} when no column of numbers is left.
 */
export function layoutOf(
  first: readonly string[],
  second: readonly string[] | null,
  options: ReadOptions,
  file: string,
): Layout {
  const { columns, idColumn, labelColumn } = options;
  const header = hasHeader(first, second, options) ? first : null;
  const fields = first.length;
  const indexOf = (column: string | number) => columnIndex(column, header, fields, file);
  const label = labelColumn === undefined ? null : indexOf(labelColumn);
  const id = idColumn === undefined ? detectedId(header, first, second, label) : indexOf(idColumn);
  const selected = columns === undefined ? first.map((_, i) => i) : selectColumns(columns, header, fields, file);
  const values = selected.filter((i) => i !== id && i !== label);
  if (values.length === 0) throw noValues(file, columns);
  const columnNames = header && values.map((i) => header[i]);
  return { hasHeader: header !== null, fields, values, id, label, columnNames };
}

function noValues(file: string, columns: string | undefined): Error {
  if (columns === undefined) return new DataError(`${file}: expected columns of numbers, found none left`);
  return new UsageError(
    `${file}: expected columns of numbers, found only the column of ids or labels in "${columns}"`,
    "--columns selects the columns of numbers; --id-column and --labels name the others",
  );
}

function hasHeader(first: readonly string[], second: readonly string[] | null, options: ReadOptions): boolean {
  const { header = "auto", columns, idColumn, labelColumn } = options;
  if (header !== "auto") return header === "yes";
  if (looksLikeHeader(first, second)) return true;
  const named = [idColumn, labelColumn].some((column) => typeof column === "string");
  return (named || (columns !== undefined && namesColumn(columns))) && !first.every(isNumber);
}

function detectedId(
  header: readonly string[] | null,
  first: readonly string[],
  second: readonly string[] | null,
  label: number | null,
): number | null {
  const top = header ? second : first;
  if (top === null) return null;
  // A column of labels is not also the id column, unless its name means ids.
  if (label === 0 && !isIdName(header?.[0] ?? "")) return null;
  return firstColumnIsId(header, top, header ? null : second) ? 0 : null;
}
