import { DataError } from "../../core/errors.js";

/** The queries of a file. */
export interface Queries {
  readonly name: string;
  readonly queries: number;
  /** The id of each query; null if they are numbered by row. */
  readonly queryIds: readonly string[] | null;
}

/**
 * Returns the row of `other` for each query of `truth`; −1 for a query that it does not have.
 *
 * Queries are matched by their ids if both files have ids. Ids that are the row numbers of the other file are row numbers. Otherwise
 * queries are matched by their order.
 *
 * @throws {DataError} if queries are repeated, unknown, or differ in number.
 */
export function sameQueries(truth: Queries, other: Queries): Int32Array {
  const [ofTruth, ofOther] = namesOf(truth, other);
  if (!ofTruth || !ofOther) {
    if (truth.queries !== other.queries) throw differentQueries(truth, other);
    return Int32Array.from({ length: truth.queries }, (_, row) => row);
  }
  const rowOf = new Map<string, number>();
  ofOther.forEach((id, row) => {
    if (rowOf.has(id)) throw new DataError(`${other.name}: expected each query once, found "${id}" again`);
    rowOf.set(id, row);
  });
  const rows = Int32Array.from(ofTruth, (id) => rowOf.get(id) ?? -1);
  const missing = rows.reduce((count, row) => count + (row < 0 ? 1 : 0), 0);
  if (missing === truth.queries || truth.queries - missing < other.queries)
    throw differentQueries(truth, other, missing);
  return rows;
}

/** Returns the names by which the queries of two files are matched; null for a file whose order decides. */
function namesOf(a: Queries, b: Queries): readonly [readonly string[] | null, readonly string[] | null] {
  if (a.queryIds && b.queryIds) return [a.queryIds, b.queryIds];
  const rowNumbers = ({ queries }: Queries) => Array.from({ length: queries }, (_, row) => String(row));
  const areRows = (ids: readonly string[], { queries }: Queries) =>
    ids.every((id) => /^(?:0|[1-9]\d*)$/.test(id) && Number(id) < queries);
  if (a.queryIds && areRows(a.queryIds, b)) return [a.queryIds, rowNumbers(b)];
  if (b.queryIds && areRows(b.queryIds, a)) return [rowNumbers(a), b.queryIds];
  return [null, null];
}

function differentQueries(truth: Queries, other: Queries, missing = 0): DataError {
  if (truth.queries !== other.queries) {
    return new DataError(
      `expected the same queries in both files, found ${truth.queries} in ${truth.name} and ${other.queries} in ${other.name}`,
      "row i of both files belongs to query i, or both have ids of queries",
    );
  }
  return new DataError(
    `expected the same queries in both files, found ${missing} of ${truth.queries} queries of ${truth.name} not in ${other.name}`,
    `the first query of ${truth.name} is "${truth.queryIds?.[0]}", that of ${other.name} is "${other.queryIds?.[0]}"`,
  );
}
