import { UsageError } from "./errors.js";

/** One of several parts of a job, each with its share of the rows. */
export interface Shard {
  /** From 0. */
  readonly index: number;
  readonly count: number;
}

/** Consecutive rows of a file: returns the first, and the one after the last, if the file has `rows` rows. */
export type RowShare = (rows: number) => readonly [first: number, end: number];

/**
 * Returns the rows of a shard: from the first to before the second. Shards differ in size by at most one row.
 *
 * @throws {UsageError} for more shards than rows.
 */
export function rowsOfShard({ index, count }: Shard, rows: number): [first: number, end: number] {
  expectRows(count, rows);
  return [Math.floor((index * rows) / count), Math.floor(((index + 1) * rows) / count)];
}

/**
 * Returns the rows of a shard that compares each of its rows with all later rows of a file: each shard has the same number of pairs,
 * up to those of a row. Rows before row b are in n²/2 − (n − b)²/2 pairs, so that shard k begins at row n − n·√(1 − k/count).
 *
 * @throws {UsageError} for more shards than rows.
 */
export function rowsOfTriangle({ index, count }: Shard, rows: number): [first: number, end: number] {
  expectRows(count, rows);
  // Each shard has at least one row.
  const start = (k: number) => Math.max(k, Math.round(rows - rows * Math.sqrt(1 - k / count)));
  return [start(index), start(index + 1)];
}

function expectRows(count: number, rows: number): void {
  if (rows >= count) return;
  throw new UsageError(`--shard: expected at most a shard for each of ${rows} rows, found ${count} shards`);
}
