import { DataError } from "../../core/errors.js";
import { rowPlace, type VectorSet } from "../../core/vectors.js";
import { isTruth, parseValue } from "../../input/number.js";
import type { ColumnReference } from "../../input/reader.js";
import { textOf } from "../../input/recognise-text.js";
import { readLabels } from "../../reading/read-labels.js";
import type { ReadVectorsOptions } from "../../reading/read-vectors.js";
import type { Context } from "../../shell/context.js";
import { headOf, openInput, readInput } from "../../shell/inputs.js";
import { type Labels, labelColumnOf, readLabelled, readMaybeLabelled } from "./labels.js";

/** A number for each pair of rows: a gold score or a label. */
export interface PairValues {
  readonly values: Float64Array;
  /** Returns the place of a value, for messages. */
  placeOf(pair: number): string;
}

/**
 * Reads two files, whose rows i are a pair, with the values of the pairs.
 *
 * @param text a column of one of the files, or a file with one number per row.
 * @throws {DataError} if both files have the column with different values, and for a value that is no number.
 */
export async function readRowPairs(
  context: Context,
  [first, second]: readonly [string, string],
  read: ReadVectorsOptions,
  text: string,
): Promise<PairValues & { readonly a: VectorSet; readonly b: VectorSet }> {
  const column = await labelColumnOf(text);
  const a = await readMaybeLabelled(context, first, read, labelsOf(column));
  // The number of a column is its place in the first file.
  const b = await readMaybeLabelled(context, second, read, labelsOf(typeof column === "string" ? column : null));
  if (column === null) return { a: a.set, b: b.set, ...(await valuesOfFile(context, text, a.set)) };
  expectSameValues(column, a.set, b.set);
  const { set } = a.set.labels ? a : b;
  if (!set.labels) throw a.missing ?? new Error("expected a column of values");
  return { a: a.set, b: b.set, ...valuesOfColumn(column, set, set.labels) };
}

/** Reads a file with a value for each of its rows: one of its columns, or a file with one number per row. */
export async function readRowValues(
  context: Context,
  path: string,
  read: ReadVectorsOptions,
  text: string,
): Promise<PairValues & { readonly set: VectorSet }> {
  const column = await labelColumnOf(text);
  const set = await readLabelled(context, path, read, labelsOf(column));
  if (column === null) return { set, ...(await valuesOfFile(context, text, set)) };
  return { set, ...valuesOfColumn(column, set, set.labels ?? []) };
}

const labelsOf = (column: ColumnReference | null): Labels => ({ list: null, ...(column !== null && { column }) });

function expectSameValues(column: ColumnReference, a: VectorSet, b: VectorSet): void {
  const row = (b.labels && a.labels?.findIndex((text, i) => text !== b.labels?.[i])) ?? -1;
  if (row < 0) return;
  throw new DataError(
    `${rowPlace(b, row)}: expected the ${column} ${a.labels?.[row]} of ${rowPlace(a, row)}, found ${b.labels?.[row]}`,
    "row i of both files is a pair, and both have this column",
  );
}

function valuesOfColumn(column: ColumnReference, set: VectorSet, texts: readonly string[]): PairValues {
  const values = Float64Array.from(texts, parseValue);
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return { values, placeOf: (pair) => rowPlace(set, pair) };
  throw new DataError(
    `${rowPlace(set, bad)}: expected a number as ${column}, found "${texts[bad]}"`,
    "every row needs one",
  );
}

/** Returns whether a text is a list of truth values, with or without a header. */
const listsTruths = (head: Uint8Array): boolean =>
  textOf(head)
    .split(/\r\n|\n|\r/, 2)
    .some(isTruth);

/** Reads a file with one truth value per row. */
async function truthsOfFile(context: Context, path: string, { name, rows }: VectorSet): Promise<PairValues> {
  const lines = await readLabels(openInput(context, path));
  const first = isTruth(lines[0]) ? 0 : 1;
  const values = Float64Array.from(lines.slice(first), parseValue);
  const placeOf = (pair: number) => `${path}:${first + pair + 1}`;
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw new DataError(`${placeOf(bad)}: expected true or false, found "${lines[first + bad]}"`);
  if (values.length === rows) return { values, placeOf };
  throw new DataError(
    `${path}: expected true or false for each of the ${rows} rows of ${name}, found ${values.length}`,
    "one per line, in the order of the rows",
  );
}

/** Reads a file with one number per row, in any format of vectors, or a list of truth values. */
async function valuesOfFile(context: Context, path: string, vectors: VectorSet): Promise<PairValues> {
  if (listsTruths(await headOf(context, path))) return truthsOfFile(context, path, vectors);
  const { name, rows } = vectors;
  // Missing values are reported here: --missing is about vectors.
  const set = await readInput(context, path, { nonFinite: "keep" });
  const { values, dimensions } = set;
  // NumPy's arrays of one dimension are read as one row.
  const isList = dimensions === 1 || set.rows === 1;
  if (!isList || values.length !== rows) {
    throw new DataError(
      `${path}: expected one number for each of the ${rows} rows of ${name}, found ${set.rows}×${dimensions} numbers`,
      "one number per line, in the order of the rows",
    );
  }
  const placeOf = (pair: number) => (set.rows === 1 ? `${set.name}: number ${pair}` : rowPlace(set, pair));
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    throw new DataError(
      `${placeOf(bad)}: expected a number, found ${String(values[bad]).toLowerCase()}`,
      "every row needs one; remove the pair from all files",
    );
  }
  return { values: Float64Array.from(values), placeOf };
}
