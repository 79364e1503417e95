import { DataError, UsageError } from "../../core/errors.js";
import type { NeighbourLists } from "../../core/neighbour-lists.js";
import type { VectorSet } from "../../core/vectors.js";
import { namedArray } from "../../input/named-array.js";
import type { ReadOptions } from "../../input/reader.js";
import { isList } from "../../input/source-list.js";
import { recognise } from "../../reading/read-batches.js";
import type { Context } from "../../shell/context.js";
import { isStdin, openVectorInput, readInput, readOpened } from "../../shell/inputs.js";
import type { NeighbourIds } from "./neighbour-ids.js";
import { readNeighbourRecords } from "./neighbour-records.js";

/** The neighbours of a file. */
export interface NeighbourFile extends NeighbourLists {
  readonly queryIds: readonly string[] | null;
  /** Whether neighbours are named by the ids of records; otherwise by row numbers. */
  readonly hasIds: boolean;
}

/** Formats whose arrays or columns have names. */
const NAMED_FORMATS = ["ibin", "parquet", "arrow", "hdf5", "npz", "safetensors"];
/** The names of neighbours and their distances: of VectorDBBench, of Embedding Atlas, of ann-benchmarks. */
const NEIGHBOURS = ["neighbors_id", "neighbors.ids", "neighbors"];
const DISTANCES = ["distances", "neighbors.distances"];

/**
 * Reads neighbours: one record for each neighbour, as `topk` writes them, or one row of row numbers for each query, with the distances
 * that the file has.
 *
 * @param ids numbers the ids of records.
 * @throws {DataError} for rows of other numbers, such as vectors.
 */
export async function readNeighbours(
  context: Context,
  path: string,
  ids: NeighbourIds,
  read: ReadOptions,
): Promise<NeighbourFile> {
  const input = openVectorInput(context, path, read);
  // The first bytes of stdin can be read once, so that the source that was recognised is read.
  const { format, source } = await recognise(isList(input) ? input.parts[0] : input, read);
  const isChosen = read.vectorColumn !== undefined || namedArray(path).array !== undefined;
  if (format.loadRecords && !isList(input) && !isChosen) {
    const records = await readNeighbourRecords(context, source, ids, read, isStdin(path));
    if (records) return records;
  }
  const hasNames = NAMED_FORMATS.includes(format.name) && !isChosen && !isStdin(path);
  const named = (names: readonly string[], options: ReadOptions) =>
    hasNames ? firstNamed(context, path, names, options) : null;
  const set =
    (await named(NEIGHBOURS, read)) ??
    (await (isStdin(path) ? readOpened(context, source, read) : readInput(context, path, read)));
  expectRowNumbers(set);
  const distances = await named(DISTANCES, read);
  if (distances) expectSameShape(set, distances);
  return {
    name: set.name,
    queries: set.rows,
    width: set.dimensions,
    neighbours: set.values,
    distances: distances?.values ?? null,
    queryIds: set.ids,
    hasIds: false,
  };
}

/** Reads the first of some arrays that a file has; returns null if it has none. */
async function firstNamed(
  context: Context,
  path: string,
  names: readonly string[],
  read: ReadOptions,
): Promise<VectorSet | null> {
  for (const vectorColumn of names) {
    try {
      return await readInput(context, path, { ...read, vectorColumn });
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
    }
  }
  return null;
}

function expectRowNumbers({ name, values, dimensions }: VectorSet): void {
  for (let at = 0; at < values.length; at++) {
    if (Number.isSafeInteger(values[at]) || Number.isNaN(values[at])) continue;
    const place = `row ${Math.floor(at / dimensions)}, column ${at % dimensions}`;
    throw new DataError(
      `${name}: ${place}: expected the row number of a neighbour, found ${values[at]}`,
      "simcli topk finds the neighbours of vectors",
    );
  }
}

function expectSameShape({ name, rows, dimensions }: VectorSet, distances: VectorSet): void {
  if (distances.rows === rows && distances.dimensions === dimensions) return;
  throw new DataError(
    `${name}: expected as many distances as neighbours, ${rows}×${dimensions}, found ${distances.rows}×${distances.dimensions}`,
  );
}
