import type { SchemaTree } from "hyparquet";
import { DataError } from "../../core/errors.js";
import { columnIndex, selectColumns } from "../../input/columns.js";
import type { ColumnReference, ReadOptions } from "../../input/reader.js";
import { type Column, columnAt, columnsOf, innerColumns } from "./schema.js";

/** The columns of a table by their role. */
export interface ParquetLayout {
  /** One column of lists, or several numeric columns. */
  readonly vectors: readonly Column[];
  readonly id: Column | null;
  readonly label: Column | null;
  /** Unused columns; empty if the numeric columns were selected by an option. */
  readonly skipped: readonly Column[];
}

/** Maximum number of column names in a message. */
const NAMES_SHOWN = 12;

/** Returns column names with their types: `at (TIMESTAMP), name (UTF8)`. */
export function listed(columns: readonly Column[]): string {
  const shown = columns.slice(0, NAMES_SHOWN).map(({ name, kind }) => `${name} (${kind})`);
  return [...shown, ...(columns.length > NAMES_SHOWN ? ["…"] : [])].join(", ");
}

/** Usual names of a vector column, used if there are several columns of lists; most likely first. */
const VECTOR_NAMES = ["embedding", "embeddings", "vector", "vectors", "values"];
/** Usual names of an id column, most likely first; pandas writes an unnamed index as `__index_level_0__`. */
const ID_NAMES = ["id", "_id", "ids", "name", "key", "word", "__index_level_0__"];
/** The names that never denote a vector component. */
const NO_COMPONENT = /^_?ids?$|^__index/;

/**
 * Determines which columns hold vectors, ids and labels. A column inside a group is selected by its path:
 * `group.column`.
 *
 * @throws {UsageError} for a column that does not exist.
 * @throws {DataError} when the vector column is ambiguous.
 */
export function parquetLayout(schema: SchemaTree, options: ReadOptions, file: string): ParquetLayout {
  const columns = columnsOf(schema);
  const names = columns.map(({ name }) => name);
  const named = (column: ColumnReference | undefined) => {
    if (column === undefined) return null;
    const inner = typeof column === "string" && !names.includes(column) ? columnAt(schema, column) : null;
    return inner ?? columns[columnIndex(column, names, columns.length, file)];
  };
  const label = named(options.labelColumn);
  const id = named(options.idColumn) ?? detectedId(columns.filter((column) => column !== label));
  for (const column of [id, label]) {
    if (column && !column.isText && !column.isNumeric) throw unreadable(file, column, "texts or numbers");
  }
  const left = columns.filter((column) => column !== id && column !== label);
  const selected = options.columns === undefined ? null : selectColumns(options.columns, names, columns.length, file);
  const vectors = selected
    ? selected.map((i) => columns[i]).filter((column) => left.includes(column))
    : vectorColumns(left, named(options.vectorColumn), file);
  const other = vectors.find(({ isNumeric }) => !isNumeric);
  if (other && !(vectors.length === 1 && other.isList)) {
    throw unreadable(file, other, "numbers", innerHint(schema, `${other.name}.`));
  }
  if (vectors.length === 0) {
    const found = left.length > 0 && !selected ? `only ${listed(left)}` : "none left";
    throw new DataError(`${file}: expected columns of numbers, found ${found}`, innerHint(schema));
  }
  const skipped = selected ? [] : left.filter((column) => !vectors.includes(column));
  return { vectors, id, label, skipped };
}

function detectedId(columns: readonly Column[]): Column | null {
  const besideLists = columns.some(({ isList }) => isList);
  const isId = (column: Column, name: string) =>
    column.name.toLowerCase() === name &&
    (column.isText || (column.isNumeric && (besideLists || NO_COMPONENT.test(name))));
  const named = ID_NAMES.flatMap((name) => columns.filter((column) => isId(column, name)));
  return named[0] ?? columns.slice(0, 1).find(({ isText }) => isText) ?? null;
}

function vectorColumns(columns: readonly Column[], named: Column | null, file: string): readonly Column[] {
  if (named) return [named];
  const lists = columns.filter(({ isList }) => isList);
  if (lists.length === 0) return columns.filter(({ isNumeric }) => isNumeric);
  const usual = VECTOR_NAMES.flatMap((name) => lists.filter((list) => list.name.toLowerCase() === name));
  if (lists.length === 1 || usual.length > 0) return [usual[0] ?? lists[0]];
  const found = lists.slice(0, NAMES_SHOWN).map(({ name }) => name);
  throw new DataError(`${file}: expected one column of lists, found ${found.join(", ")}`, "--vector-column names it");
}

function unreadable(file: string, { name, kind }: Column, expected: string, hint?: string): DataError {
  return new DataError(`${file}: expected ${expected} in the column ${name}, found ${kind}`, hint);
}

/** Returns a hint with the path of a column inside a group, preferably one of lists. */
function innerHint(schema: SchemaTree, within = ""): string | undefined {
  const columns = innerColumns(schema).filter(({ name }) => name.startsWith(within));
  const column = columns.find(({ isList }) => isList) ?? columns[0];
  return column && `--vector-column ${column.name} names a column inside a group`;
}
