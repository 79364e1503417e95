import { UsageError } from "./errors.js";

/** One of several parts of a job, each with its share of the rows. */
export interface Shard {
  /** From 0. */
  readonly index: number;
  readonly count: number;
}

/**
 * Returns the rows of a shard: from the first to before the second. Shards differ in size by at most one row.
 *
 * @throws {UsageError} for more shards than rows.
 */
export function rowsOfShard({ index, count }: Shard, rows: number): [first: number, end: number] {
  if (rows < count) {
    throw new UsageError(`--shard: expected at most a shard for each of ${rows} rows, found ${count} shards`);
  }
  return [Math.floor((index * rows) / count), Math.floor(((index + 1) * rows) / count)];
}
