import { UsageError } from "../../core/errors.js";
import { type CellKind, cellKind } from "../../input/cell.js";
import { columnIndex, selectColumns } from "../../input/columns.js";
import type { DecimalMark, ReadOptions } from "../../input/reader.js";
import type { ColumnRole } from "../../input/table-survey.js";
import { carriedText } from "../records.js";
import {
  columnName,
  columnSelection,
  leftOutText,
  listed,
  noNumbers,
  onlyTexts,
  ranges,
  type Table,
} from "./column-text.js";
import { firstColumnIsId, isIndexName } from "./dialect.js";
import { hasHeader, isIdName } from "./header.js";
import { hasNumbers } from "./other-lines.js";

/** The fields of a line of text. */
export interface TextRow {
  readonly cells: readonly string[];
  readonly line: number;
}

/** The cell that decided what a column holds. */
export interface Evidence {
  readonly kind: CellKind;
  readonly cell: string;
  readonly line: number;
}

/** The layout of all rows, determined by the first rows; fields are indices from 0. */
export interface Layout {
  readonly header: readonly string[] | null;
  /** Number of fields of every row. */
  readonly fields: number;
  /** The fields that hold components, in their order. */
  readonly values: readonly number[];
  /** Whether the one field of `values` holds a whole vector, such as `[0.5, 1]`. */
  readonly isVector: boolean;
  /** The fields that were left out because they hold no numbers; a number in them is an error. */
  readonly leftOut: readonly number[];
  readonly id: number | null;
  readonly label: number | null;
  /** The names of the value fields, if the file has a header. */
  readonly columnNames: readonly string[] | null;
  /** What the first rows hold in each field. */
  readonly evidence: readonly Evidence[];
}

/**
 * Determines the layout of a file from its first rows and the options, or from the first of several files. Guesses are
 * reported to `options.onGuess`.
 *
 * @param rows the first rows: two, and more if a field of the second one is missing.
 * @throws {UsageError} for a column that is not there, and where the columns asked for hold no numbers;
 * {@link DataError} when no column of numbers is left.
 */
export function layoutOf(rows: readonly TextRow[], options: ReadOptions, file: string): Layout {
  const { firstLayout } = options;
  const isLater = firstLayout && firstLayout.file !== null && firstLayout.file !== file;
  const shared = isLater && layoutLike(firstLayout.layout as Layout, rows, options);
  if (shared) return shared;
  const layout = detectLayout(rows, options, file);
  if (firstLayout && !isLater && rows.length > (layout.header ? 1 : 0)) Object.assign(firstLayout, { file, layout });
  return layout;
}

/** Returns the layout of the first file, for a file with the same header or without one; null for another file. */
function layoutLike(known: Layout, rows: readonly TextRow[], options: ReadOptions): Layout | null {
  const { header = "auto", decimal = "." } = options;
  const [{ cells: first }, ...data] = rows;
  if (first.length !== known.fields) return null;
  const evidence = (of: readonly TextRow[]) => first.map((_, i) => evidenceOf(of, i, decimal));
  if (known.header?.every((name, i) => name === first[i])) return { ...known, evidence: evidence(data) };
  if (header === "yes") return null;
  // Only components tell a header from a row: the texts of ids are of any kind.
  const isName = (i: number) => evidence([rows[0]])[i].kind === "text";
  if (known.header && known.values.some(isName)) return null;
  return { ...known, header: null, evidence: evidence(rows) };
}

function detectLayout(rows: readonly TextRow[], options: ReadOptions, file: string): Layout {
  const { columns, idColumn, labelColumn, vectorColumn, decimal = "." } = options;
  const [first] = rows;
  const below = first.cells.map((_, i) => evidenceOf(rows.slice(1), i, decimal).cell);
  const hasNames = hasHeader(rows, below, options, file);
  const header = hasNames ? first.cells : null;
  const data = hasNames ? rows.slice(1) : rows;
  const fields = first.cells.length;
  const evidence = Array.from({ length: fields }, (_, i) => evidenceOf(data, i, decimal));
  const indexOf = (column: string | number) => columnIndex(column, header, fields, file);
  const label = labelColumn === undefined ? null : indexOf(labelColumn);
  const table: Table = { file, header, data, fields, evidence, decimal };
  const id = idColumn === undefined ? detectedId(table, label, options) : indexOf(idColumn);
  const index = id === 0 || label === 0 || columns !== undefined ? null : indexColumn(table);
  const isOther = (i: number) => i === index || (options.otherColumns?.includes(header?.[i] ?? "") ?? false);
  const others = Array.from({ length: fields }, (_, i) => i).filter((i) => i !== id && i !== label && !isOther(i));
  if (index !== null) {
    options.onGuess?.(
      `${file}: left out the column ${columnName(header, index)}, which counts the rows`,
      `--id-column ${columnSelection(header, index)} reads it as ids`,
    );
  }
  const known = { header, fields, id, label, evidence, leftOut: [], isVector: false };
  const named = (values: readonly number[]) => header && values.map((i) => header[i]);

  const vector = vectorColumn === undefined ? arrayColumn(table, others, options) : indexOf(vectorColumn);
  if (vector !== null && evidence[vector].kind === "array") {
    return { ...known, values: [vector], isVector: true, columnNames: null };
  }
  if (vectorColumn !== undefined) {
    throw new UsageError(
      `${file}: expected a column of vectors such as [0.5, 1] for --vector-column, found "${evidence[vector ?? 0].cell}"`,
      "--columns selects columns of numbers",
    );
  }
  if (columns !== undefined) {
    const values = selectColumns(columns, header, fields, file).filter((i) => i !== id && i !== label);
    if (values.length === 0) throw onlyTexts(file, columns);
    return { ...known, values, columnNames: named(values) };
  }
  const leftOut = others.filter((i) => isWithoutNumbers(table, i));
  const without = new Set(leftOut);
  const values = others.filter((i) => !without.has(i));
  if (values.length === 0 && !options.survey) throw noNumbers(table, others);
  if (leftOut.length > 0) {
    const [guess, otherwise] = leftOutText(table, leftOut, values);
    options.onGuess?.(guess, carryHint(table, leftOut, options) ?? otherwise);
  }
  return { ...known, values, leftOut, columnNames: named(values) };
}

/** Returns how columns that are left out are written nevertheless; null if they are not. */
const carryHint = ({ header }: Table, fields: readonly number[], { canCarry }: ReadOptions): string | null =>
  canCarry && header ? carriedText(fields.map((i) => header[i])) : null;

/** Returns what each field is used for. */
export function rolesOf({ fields, id, label, values, isVector }: Layout): ColumnRole[] {
  const components = new Set(values);
  return Array.from({ length: fields }, (_, field) => {
    if (field === id) return "id";
    if (field === label) return "label";
    if (!components.has(field)) return "left out";
    return isVector ? "vector" : "component";
  });
}

/** Returns the first cell of a field that is not missing, otherwise a missing one. */
function evidenceOf(data: readonly TextRow[], field: number, decimal: DecimalMark): Evidence {
  for (const { cells, line } of data) {
    const kind = cellKind(cells[field] ?? "", decimal);
    if (kind !== "missing") return { kind, cell: cells[field], line };
  }
  return { kind: "missing", cell: data[0]?.cells[field] ?? "", line: data[0]?.line ?? 1 };
}

/** Returns whether the first rows leave open what a field holds, so that more rows are needed. */
export function isUndecided(rows: readonly TextRow[], { columns, decimal = "." }: ReadOptions): boolean {
  if (columns !== undefined || rows.length < 2) return false;
  const data = rows.slice(1);
  if (!data.some(({ cells }) => hasNumbers(cells, decimal))) return true;
  return rows[0].cells.some((_, i) => data.every(({ cells }) => cellKind(cells[i] ?? "", decimal) === "missing"));
}

/**
 * Returns whether a field holds text or nothing. Without a header, one row of text may be a typing error.
 */
function isWithoutNumbers({ header, data, evidence, decimal }: Table, field: number): boolean {
  const { kind } = evidence[field];
  if (kind === "array") return true;
  if (data.length === 0) return false;
  if (kind !== "text" && kind !== "missing") return false;
  if (header) return true;
  return data.length > 1 && data.every(({ cells }) => cellKind(cells[field] ?? "", decimal) === kind);
}

/** Returns the column of vectors, if there is one. */
function arrayColumn(table: Table, fields: readonly number[], options: ReadOptions): number | null {
  const { file, header, evidence } = table;
  if (options.columns !== undefined) return null;
  const arrays = fields.filter((i) => evidence[i].kind === "array");
  if (arrays.length > 1) {
    const names = arrays.map((i) => columnSelection(header, i)).join(" or ");
    throw new UsageError(`${file}: expected one column of vectors, found ${arrays.length}`, `--vector-column ${names}`);
  }
  if (arrays.length === 0) return null;
  const [vector] = arrays;
  const others = fields.filter((i) => i !== vector);
  if (others.length > 0) {
    const numbers = others.filter((i) => evidence[i].kind === "number");
    const guess = `read the vectors in the column ${columnName(header, vector)}, left out ${listed(header, others)}`;
    const text = columnSelection(header, others[0]);
    options.onGuess?.(
      `${file}: ${guess}`,
      carryHint(table, others, options) ??
        (numbers.length > 0 ? `--columns ${ranges(numbers)} reads the numbers instead` : `--id-column ${text} uses it`),
    );
  }
  return vector;
}

/** Returns the field of the ids, by its name or because it is a column of names before numbers. */
function detectedId(table: Table, label: number | null, options: ReadOptions): number | null {
  const { file, header, data, fields, evidence, decimal } = table;
  const [top, next = null] = data;
  if (!top || fields < 2) return null;
  const named = header?.findIndex((name, i) => i !== label && isIdName(name)) ?? -1;
  // An index that pandas wrote is no id beside a column of ids.
  const hasBoth = named > 0 && indexColumn(table) !== null;
  // A column of labels is not also the id column, unless its name means ids.
  if (!hasBoth && (label !== 0 || isIdName(header?.[0] ?? ""))) {
    if (firstColumnIsId(header, top.cells, header ? null : (next?.cells ?? null), decimal)) return 0;
    if (header && isIndexName(header[0]) && countsUp(data)) return guessedId(0);
  }
  if (named >= 0) return evidence[named].kind === "number" ? guessedId(named) : named;
  const isText = evidence[0].kind === "text" && label !== 0 && isWithoutNumbers(table, 0);
  return isText && evidence.some(({ kind }) => kind !== "text" && kind !== "missing") ? 0 : null;

  function guessedId(field: number): number | null {
    if (options.columns !== undefined) {
      return selectColumns(options.columns, header, fields, file).includes(field) ? null : field;
    }
    const name = columnName(header, field);
    const others = ranges(Array.from({ length: fields }, (_, i) => i));
    options.onGuess?.(`${file}: read the column ${name} as ids`, `--columns ${others} reads it as numbers`);
    return field;
  }
}

/** Returns the first column if it is an index that pandas writes: without a name or with a usual one, and counting the rows. */
const indexColumn = ({ header, data }: Pick<Table, "header" | "data">): number | null =>
  header && data.length > 0 && (header[0] === "" || isIndexName(header[0])) && countsUp(data) ? 0 : null;

/** Returns whether the first fields count the rows: 0, 1, 2 or 1, 2, 3. */
function countsUp(data: readonly TextRow[]): boolean {
  const start = Number(data[0].cells[0]);
  return (start === 0 || start === 1) && data.every(({ cells }, i) => Number(cells[0]) === start + i);
}
