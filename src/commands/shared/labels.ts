import { promises } from "node:fs";
import { DataError, NoColumnError } from "../../core/errors.js";
import type { RowShare } from "../../core/shard.js";
import type { VectorSet } from "../../core/vectors.js";
import { reference } from "../../input/columns.js";
import type { ColumnReference } from "../../input/reader.js";
import { readLabels } from "../../reading/read-labels.js";
import type { ReadVectorsOptions } from "../../reading/read-vectors.js";
import type { Context } from "../../shell/context.js";
import { isOnce, openInput, readInput } from "../../shell/inputs.js";
import { counted } from "../../shell/report.js";

/** Labels read from a separate file, or the column that holds them. */
export interface Labels {
  readonly list: readonly string[] | null;
  readonly column?: ColumnReference;
}

/**
 * Parses `--labels`: an integer is a column, `-` and an existing file are files, any other text is the name of a
 * column.
 */
export async function labelsFrom(context: Context, text: string | undefined): Promise<Labels> {
  if (text === undefined) return { list: null };
  const column = await labelColumnOf(text);
  return column === null ? { list: await readLabels(openInput(context, text)) } : { list: null, column };
}

/** Returns the column that the value of an option such as `--labels` names; null if it names a file. */
export async function labelColumnOf(text: string): Promise<ColumnReference | null> {
  const column = reference(text);
  const isFile =
    text === "-" ||
    (typeof column === "string" &&
      (await promises.stat(text).then(
        () => true,
        () => false,
      )));
  return isFile ? null : column;
}

/**
 * Reads vectors with their column of labels, if there is one.
 *
 * @throws {DataError} for a column that does not exist and whose name looks like the path of a missing file.
 */
export async function readLabelled(
  context: Context,
  path: string,
  options: ReadVectorsOptions,
  { column }: Labels,
): Promise<VectorSet> {
  if (column === undefined) return readInput(context, path, options);
  try {
    return await readInput(context, path, { ...options, labelColumn: column });
  } catch (error) {
    if (!(error instanceof NoColumnError) || error.column !== column || error.close || !/[./\\]/.test(column))
      throw error;
    throw new DataError(
      `${column}: expected a file of labels, or a column of ${path}, found neither`,
      "is the path right from this folder?",
    );
  }
}

/** @throws {DataError} unless a file of labels has one label for each row of `name`. */
export function expectLabelForEach({ list }: Labels, file: string | undefined, rows: number, name: string): void {
  if (!list || list.length === rows) return;
  // A label that occurs again is no header.
  const mayBeHeader = list.length === rows + 1 && list.indexOf(list[0], 1) < 0;
  throw new DataError(
    `${file === "-" ? "stdin" : file}: expected one label for each of the ${rows} rows of ${name}, found ${counted(list.length, "label")}`,
    mayBeHeader
      ? `is the first line, "${list[0]}", a header? one label per line, without a header`
      : "one label per line, in the order of the rows, without a header",
  );
}

/** Reads a file, or a share of its rows. */
export type ReadSet = (path: string, share?: RowShare) => Promise<VectorSet>;

/** Returns a function that reads files of vectors with their labels, if there are any. */
export async function labelledReader(
  context: Context,
  options: ReadVectorsOptions,
  text: string | undefined,
): Promise<ReadSet> {
  const labels = await labelsFrom(context, text);
  return async (path, share) => {
    const set = await readLabelled(context, path, share ? { ...options, share } : options, labels);
    return withLabels(set, labels, text);
  };
}

/** Reads one or two files of vectors with their labels, if there are any; without a second path, the set is its own corpus. */
export async function readLabelledSets(
  context: Context,
  first: string,
  second: string | undefined,
  options: ReadVectorsOptions,
  text: string | undefined,
): Promise<[VectorSet, VectorSet]> {
  const read = await labelledReader(context, options, text);
  const a = await read(first);
  return [a, second === undefined ? a : await read(second)];
}

/** Returns a set with the labels of a file of labels, if there is one. */
export function withLabels(set: VectorSet, labels: Labels, text: string | undefined): VectorSet {
  const { rows, firstRow = 0, fileRows = rows } = set;
  expectLabelForEach(labels, text, fileRows, set.name);
  return labels.list ? { ...set, labels: labels.list.slice(firstRow, firstRow + rows) } : set;
}

/** The names of rows: their ids, otherwise their labels. */
export const namesOf = ({ ids, labels }: VectorSet): readonly string[] | null => ids ?? labels;

/** Returns options that read a column of labels with the vectors, if labels are in one. */
export function withLabelColumn(read: ReadVectorsOptions, { column }: Labels): ReadVectorsOptions {
  return { ...read, ...(column !== undefined && { labelColumn: column }) };
}

/** A file of vectors, and the error for the column of labels if it lacks it. */
export interface MaybeLabelled {
  readonly set: VectorSet;
  readonly missing: NoColumnError | null;
}

/** Reads one of two files, either of which may have the column of labels. */
export async function readMaybeLabelled(
  context: Context,
  path: string,
  options: ReadVectorsOptions,
  labels: Labels,
): Promise<MaybeLabelled> {
  try {
    return { set: await readLabelled(context, path, options, labels), missing: null };
  } catch (error) {
    if (!(error instanceof NoColumnError) || isOnce(path)) throw error;
    return { set: await readInput(context, path, options), missing: error };
  }
}
