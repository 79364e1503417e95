import type { Nearer } from "./matrix.js";
import type { Numbers } from "./vectors.js";

/** The neighbours of n queries, nearest first, as a search found them. */
export interface NeighbourLists {
  /** The source, for messages: a path. */
  readonly name: string;
  /** The number of queries n. */
  readonly queries: number;
  /** The maximum number of neighbours of a query. */
  readonly width: number;
  /** n × width ids of neighbours, row-major; a negative number stands for a neighbour that was not found, NaN ends a shorter list. */
  readonly neighbours: Numbers;
  /** n × width distances or similarities; null if they are unknown. */
  readonly distances: Numbers | null;
  /** The id of each query; null or absent if they are numbered by row. */
  readonly queryIds?: readonly string[] | null;
  /** Returns the id of a neighbour, for messages. Default: its number. */
  nameOf?(neighbour: number): string;
}

/** Returns the place of a query in a message. */
export const queryName = ({ queryIds }: NeighbourLists, query: number): string => `query ${queryIds?.[query] ?? query}`;

/** Returns the name of a neighbour in a message. */
export const neighbourName = ({ nameOf }: NeighbourLists, neighbour: number): string =>
  nameOf?.(neighbour) ?? String(neighbour);

/** Returns whether greater or smaller distances are nearer, from the order of the first list that has one; null if none has. */
export function orderOf({ queries, width, neighbours, distances }: NeighbourLists): Nearer | null {
  if (!distances) return null;
  for (let query = 0; query < queries; query++) {
    let last = (query + 1) * width - 1;
    while (last > query * width && !(neighbours[last] >= 0)) last--;
    if (distances[query * width] < distances[last]) return "less";
    if (distances[query * width] > distances[last]) return "greater";
  }
  return null;
}
