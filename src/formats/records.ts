import { NoColumnError } from "../core/errors.js";
import { shellWord } from "../core/shell-word.js";
import type { ReadOptions } from "../input/reader.js";
import type { Source } from "../input/source.js";
import type { Cell } from "../output/format.js";

/** Consecutive records of a table: the cells of some of its columns. */
export interface RecordBatch {
  readonly rows: number;
  /** The line on which each record starts, from 1; null in a format without lines. */
  readonly lines: readonly number[] | null;
  /** For each column that was asked for, a cell for each record; null for a column that the table does not have. */
  readonly cells: readonly (readonly Cell[] | null)[];
}

/**
 * Reads columns of a table, found by their names. Text is unchanged; numbers are numbers if the format has types.
 *
 * @throws {NoColumnError} if the table has none of the columns.
 */
export type RecordReader = (
  source: Source,
  columns: readonly string[],
  options: ReadOptions,
) => AsyncGenerator<RecordBatch>;

/** The hint for columns that are found by their names only. */
export const BY_NAME = "name the column as the header of its table does";

/**
 * Returns the error for a table that has none of some columns.
 *
 * @param names the columns of the table. @param none what is found in place of names.
 */
export function noRecordColumn(file: string, column: string, names: readonly string[], none = "no header"): Error {
  const counted = /^\d+$/.test(column) ? names[Number(column) - 1] : undefined;
  return new NoColumnError(file, column, names.slice(0, 12).join(", ") || none, counted, BY_NAME);
}

/** Returns the hint that writes columns that are left out. */
export const carriedText = (names: readonly string[]): string =>
  `--carry ${shellWord(names.join(","))} writes ${names.length === 1 ? "it" : "them"} too`;

/** Records that are yielded at once. */
export const RECORDS_AT_ONCE = 1 << 12;
