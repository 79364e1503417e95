import { DataError } from "../core/errors.js";
import { columnIndex, selectColumns } from "../input/columns.js";
import type { ColumnReference, ReadOptions } from "../input/reader.js";
import { columnSelection, ranges } from "./csv/column-text.js";
import { carriedText } from "./records.js";

/** A column of a typed table: numbers, text, lists of numbers, or an unsupported type. */
export interface TypedColumn {
  /** The name; inside a group, the path with dots: `group.column`. */
  readonly name: string;
  /** The type of its values, for messages. */
  readonly kind: string;
  readonly isList: boolean;
  readonly isNumeric: boolean;
  readonly isText: boolean;
}

/** The columns of a typed table, such as Parquet or Arrow. */
export interface TypedColumns<C extends TypedColumn> {
  readonly columns: readonly C[];
  /** Returns the column at a path like `group.column`; null if there is none. */
  at(path: string): C | null;
  /** Returns the numeric columns, and those of lists, inside groups. */
  inner(): readonly C[];
}

/** The columns of a table by their role. */
export interface ColumnRoles<C extends TypedColumn> {
  /** One column of lists, or several numeric columns. */
  readonly vectors: readonly C[];
  readonly id: C | null;
  readonly label: C | null;
}

/** Maximum number of column names in a message. */
const NAMES_SHOWN = 12;

/** Usual names of a vector column, used if there are several columns of lists; most likely first. */
const VECTOR_NAMES = ["embedding", "embeddings", "vector", "vectors", "values"];
/** Usual names of an id column, most likely first; pandas writes an unnamed index as `__index_level_0__`. */
export const ID_NAMES = ["id", "_id", "ids", "name", "key", "word", "__index_level_0__"];
/** The names that never denote a vector component. */
const NO_COMPONENT = /^_?ids?$|^__index/;

/**
 * Determines which columns hold vectors, ids and labels. A column inside a group is selected by its path:
 * `group.column`. Columns that are left out are reported to `options.onGuess`, unless an option selects the vectors.
 *
 * @throws {UsageError} for a column that does not exist.
 * @throws {DataError} when the vector column is ambiguous.
 */
export function columnRoles<C extends TypedColumn>(
  table: TypedColumns<C>,
  options: ReadOptions,
  file: string,
): ColumnRoles<C> {
  const { columns } = table;
  const names = columns.map(({ name }) => name);
  const named = (column: ColumnReference | undefined) => {
    if (column === undefined) return null;
    const inner = typeof column === "string" && !names.includes(column) ? table.at(column) : null;
    return inner ?? columns[columnIndex(column, names, columns.length, file)];
  };
  const label = named(options.labelColumn);
  const id = named(options.idColumn) ?? detectedId(columns.filter((column) => column !== label));
  for (const column of [id, label]) {
    if (column && !column.isText && !column.isNumeric) throw unreadable(file, column, "texts or numbers");
  }
  const isOther = ({ name }: C) => options.otherColumns?.includes(name) ?? false;
  const left = columns.filter((column) => column !== id && column !== label && !isOther(column));
  const selected = options.columns === undefined ? null : selectColumns(options.columns, names, columns.length, file);
  const vectors = selected
    ? selected.map((i) => columns[i]).filter((column) => left.includes(column))
    : vectorColumns(left, named(options.vectorColumn), file);
  const other = vectors.find(({ isNumeric }) => !isNumeric);
  if (other && !(vectors.length === 1 && other.isList)) {
    throw unreadable(file, other, "numbers", innerHint(table, `${other.name}.`));
  }
  if (vectors.length === 0) {
    const found = left.length > 0 && !selected ? `only ${listed(left)}` : "none left";
    throw new DataError(`${file}: expected columns of numbers, found ${found}`, innerHint(table));
  }
  const leftOut = left.filter((column) => !vectors.includes(column));
  if (!selected && options.vectorColumn === undefined && leftOut.length > 0) {
    options.onGuess?.(`${file}: left out the column${leftOut.length === 1 ? "" : "s"} ${listed(leftOut)}`, others());
  }
  return { vectors, id, label };

  /** Returns the options that decide otherwise. */
  function others(): string {
    if (options.canCarry) return carriedText(leftOut.map(({ name }) => name));
    const text = leftOut.find(({ isText }) => isText);
    const name = text && columnSelection(names, columns.indexOf(text));
    const uses = text ? `--labels ${name} or --id-column ${name} uses "${text.name}", ` : "";
    const same = ranges(vectors.map((column) => columns.indexOf(column)));
    return `${uses}--columns ${same} reads the same columns without this note`;
  }
}

/** Returns column names with their types: `at (TIMESTAMP), name (UTF8)`. */
function listed(columns: readonly TypedColumn[]): string {
  const shown = columns.slice(0, NAMES_SHOWN).map(({ name, kind }) => `${name} (${kind})`);
  return [...shown, ...(columns.length > NAMES_SHOWN ? ["…"] : [])].join(", ");
}

function detectedId<C extends TypedColumn>(columns: readonly C[]): C | null {
  const besideLists = columns.some(({ isList }) => isList);
  const isId = (column: C, name: string) =>
    column.name.toLowerCase() === name &&
    (column.isText || (column.isNumeric && (besideLists || NO_COMPONENT.test(name))));
  const named = ID_NAMES.flatMap((name) => columns.filter((column) => isId(column, name)));
  return named[0] ?? columns.slice(0, 1).find(({ isText }) => isText) ?? null;
}

function vectorColumns<C extends TypedColumn>(columns: readonly C[], named: C | null, file: string): readonly C[] {
  if (named) return [named];
  const lists = columns.filter(({ isList }) => isList);
  if (lists.length === 0) return columns.filter(({ isNumeric }) => isNumeric);
  const usual = VECTOR_NAMES.flatMap((name) => lists.filter((list) => list.name.toLowerCase() === name));
  if (lists.length === 1 || usual.length > 0) return [usual[0] ?? lists[0]];
  const found = lists.slice(0, NAMES_SHOWN).map(({ name }) => name);
  throw new DataError(
    `${file}: expected one column of lists, found ${found.join(", ")}`,
    `--vector-column ${found[0]} reads one of them`,
  );
}

function unreadable(file: string, { name, kind }: TypedColumn, expected: string, hint?: string): DataError {
  return new DataError(`${file}: expected ${expected} in the column ${name}, found ${kind}`, hint);
}

/** Returns a hint with the path of a column inside a group, preferably one of lists. */
function innerHint(table: TypedColumns<TypedColumn>, within = ""): string | undefined {
  const columns = table.inner().filter(({ name }) => name.startsWith(within));
  const column = columns.find(({ isList }) => isList) ?? columns[0];
  return column && `--vector-column ${column.name} names a column inside a group`;
}
