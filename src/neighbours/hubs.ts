import type { Neighbours } from "./nearest-rows.js";

/** How often the rows of a corpus are neighbours: their k-occurrence. */
export interface Hubs {
  /** The number of queries that have each row of the corpus as a neighbour. */
  readonly occurrences: Int32Array;
  /** The skewness of these numbers: large if a few rows are neighbours of many queries. NaN if all numbers are equal. */
  readonly skewness: number;
}

/**
 * Counts how often each row of a corpus is a neighbour.
 *
 * @see M. Radovanović, A. Nanopoulos, M. Ivanović, "Hubs in space", https://www.jmlr.org/papers/v11/radovanovic10a.html
 */
export function hubsOf({ k, counts, rows }: Neighbours, corpusRows: number): Hubs {
  const occurrences = new Int32Array(corpusRows);
  for (const [query, count] of counts.entries()) {
    for (let at = query * k; at < query * k + count; at++) occurrences[rows[at]]++;
  }
  const mean = occurrences.reduce((sum, count) => sum + count, 0) / corpusRows;
  let [squares, cubes] = [0, 0];
  for (const count of occurrences) {
    squares += (count - mean) ** 2 / corpusRows;
    cubes += (count - mean) ** 3 / corpusRows;
  }
  return { occurrences, skewness: squares > 0 ? cubes / squares ** 1.5 : Number.NaN };
}

/** Returns the rows that are neighbours of most queries, and the number of these queries. */
export function largestHubs({ occurrences }: Hubs, count: number): (readonly [row: number, queries: number])[] {
  const order = Array.from(occurrences.keys()).sort((i, j) => occurrences[j] - occurrences[i] || i - j);
  return order.slice(0, count).map((row) => [row, occurrences[row]]);
}
