import { DataError } from "../../core/errors.js";
import { neighbourName, queryName } from "../../core/neighbour-lists.js";
import type { VectorSet } from "../../core/vectors.js";
import { METRICS } from "../../similarity/metrics/metrics.js";
import type { ComponentMetricName } from "../../similarity/options.js";
import type { NeighbourIds } from "./neighbour-ids.js";
import type { NeighbourFile } from "./read-neighbours.js";

/**
 * Returns the exact scores of the first `most` neighbours of each query, n × width; NaN for the others.
 *
 * @param queries the vectors of the queries. @param rowOf the row of each query among them.
 * @param corpus the parts of the corpus, in order. Neighbours with ids are rows with the same ids, if the corpus has ids.
 * @throws {DataError} for a neighbour that the corpus does not have.
 */
export async function exactDistances(
  files: readonly NeighbourFile[],
  most: number,
  queries: VectorSet,
  rowOf: Int32Array,
  corpus: AsyncIterable<VectorSet> | Iterable<VectorSet>,
  ids: NeighbourIds,
  metric: ComponentMetricName,
): Promise<Float64Array[]> {
  const distances = files.map(({ neighbours }) => new Float64Array(neighbours.length).fill(Number.NaN));
  const isKnown = files.map(({ neighbours }) => new Uint8Array(neighbours.length));
  let [name, rows] = ["", 0];
  for await (const part of corpus) {
    const { firstRow = 0 } = part;
    ({ name } = part);
    rows += part.rows;
    const exact = METRICS[metric].exact(queries, part, "nan");
    const rowOfId = files.some(({ hasIds }) => hasIds) ? rowsById(part, ids) : null;
    for (const [side, { neighbours, width, hasIds }] of files.entries()) {
      const columnOf = (neighbour: number) => (rowOfId && hasIds ? rowOfId.get(neighbour) : neighbour - firstRow);
      for (const [query, row] of rowOf.entries()) {
        for (let at = query * width; at < query * width + Math.min(most, width); at++) {
          const column = columnOf(neighbours[at]);
          if (column === undefined || !(column >= 0 && column < part.rows)) continue;
          distances[side][at] = exact(row, column);
          isKnown[side][at] = 1;
        }
      }
    }
  }
  for (const [side, file] of files.entries()) {
    const { neighbours, width } = file;
    const at = neighbours.findIndex((neighbour, i) => neighbour >= 0 && i % width < most && !isKnown[side][i]);
    if (at < 0) continue;
    throw new DataError(
      `${file.name}: ${queryName(file, Math.floor(at / width))}: expected a row of ${name}, which has ${rows}, found ${neighbourName(file, neighbours[at])}`,
      "neighbours are row numbers from 0, or ids of the corpus",
    );
  }
  return distances;
}

/** Returns the rows of a part by the numbers of their ids; null if it has no ids. */
function rowsById(part: VectorSet, ids: NeighbourIds): ReadonlyMap<number, number> | null {
  return part.ids && new Map(part.ids.map((id, row) => [ids.numberOf(id), row]));
}
