import { DataError, UsageError } from "../../core/errors.js";
import { neighbourName, queryName } from "../../core/neighbour-lists.js";
import { type NeighbourRecall, neighbourRecall } from "../../evaluation/neighbour-recall.js";
import { recordFormat } from "../../formats/writers.js";
import type { ReadOptions } from "../../input/reader.js";
import type { Context } from "../../shell/context.js";
import { expectOneStdin, readInput, readInputParts, readOptionsOf } from "../../shell/inputs.js";
import type { CommonOptions, InputOptions } from "../../shell/options.js";
import { counted, EXIT } from "../../shell/report.js";
import { writeRecordList } from "../../shell/writers.js";
import { METRICS } from "../../similarity/metrics/metrics.js";
import type { ComponentMetricName } from "../../similarity/options.js";
import { exactDistances } from "./exact-distances.js";
import { isText, NeighbourIds } from "./neighbour-ids.js";
import { type NeighbourFile, readNeighbours } from "./read-neighbours.js";
import { queryRecallRecords, recallRecords } from "./recall-records.js";
import { sameQueries } from "./same-queries.js";

export interface RecallOptions extends CommonOptions, InputOptions {
  readonly k?: readonly number[];
  readonly epsilon: number;
  readonly perQuery?: true;
  readonly queries?: string;
  readonly corpus?: string;
  readonly metric?: ComponentMetricName;
}

/** Runs `simcli recall <truth> <found>`. */
export async function runRecall(
  context: Context,
  truthPath: string,
  foundPath: string,
  options: RecallOptions,
): Promise<number> {
  expectVectors(options);
  expectNumberedRows(context, options);
  expectOneStdin([truthPath, foundPath, options.queries, options.corpus]);
  recordFormat(context.format);
  await context.prepare();
  const ids = new NeighbourIds();
  // NaN is no neighbour.
  const { dimensions, columns, packedBits, missing, ...others } = readOptionsOf(options);
  const read = { ...others, nonFinite: "keep" } as const;
  const truth = await readNeighbours(context, truthPath, ids, read);
  const found = inOrder(context, truth, await readNeighbours(context, foundPath, ids, read));
  expectSameIds(truth, found);
  const cutoffs = cutoffsOf(truth, found, options.k);
  const { at } =
    options.queries === undefined
      ? compared(context, truth, found, cutoffs, options)
      : await comparedByVectors(context, [truth, found], ids, cutoffs, { ...options, queries: options.queries });
  const title = `recall of ${found.name} against ${truth.name}`;
  await writeRecordList(context, options.perQuery ? queryRecallRecords(at, truth.queryIds) : recallRecords(at), title);
  await context.commit();
  return EXIT.done;
}

function expectVectors({ queries, corpus, metric }: RecallOptions): void {
  const flag = corpus !== undefined ? "--corpus" : metric !== undefined ? "--metric" : null;
  if (queries !== undefined || flag === null) return;
  throw new UsageError(`${flag}: expected --queries with it`, "--queries q.npy --corpus c.npy computes the distances");
}

/** @throws {UsageError} for the policy that leaves rows out: neighbours are row numbers. */
function expectNumberedRows(context: Context, { missing }: RecallOptions): void {
  context.keepsAllRows = true;
  if (missing !== "skip-row") return;
  throw new UsageError(
    "--missing: expected zero or mean, found skip-row",
    "rows that are left out would shift the row numbers of neighbours",
  );
}

/** Returns the lists of `found` in the order of the queries of the truth. */
function inOrder(context: Context, truth: NeighbourFile, found: NeighbourFile): NeighbourFile {
  const rows = sameQueries(truth, found);
  const missing = rows.reduce((count, row) => count + (row < 0 ? 1 : 0), 0);
  if (missing > 0) {
    context.note(`${found.name}: ${counted(missing, "query")} of ${truth.name} not in it, counted with nothing found`);
  }
  if (rows.length === found.queries && rows.every((row, query) => row === query)) return found;
  const { width } = found;
  const ordered = (values: NeighbourFile["neighbours"]) => {
    const lists = new Float64Array(rows.length * width).fill(Number.NaN);
    for (const [query, row] of rows.entries()) {
      if (row >= 0) lists.set(values.subarray(row * width, (row + 1) * width), query * width);
    }
    return lists;
  };
  const { neighbours, distances } = found;
  context.memory.take(8 * rows.length * width * (distances ? 2 : 1));
  return {
    ...found,
    queries: rows.length,
    queryIds: truth.queryIds,
    neighbours: ordered(neighbours),
    distances: distances && ordered(distances),
  };
}

/** @throws {DataError} if one file has row numbers and the other one ids that are no numbers. */
function expectSameIds(truth: NeighbourFile, found: NeighbourFile): void {
  for (const [one, other] of [
    [truth, found],
    [found, truth],
  ]) {
    if (one.hasIds || !other.hasIds) continue;
    const at = (other.neighbours as Float64Array).findIndex(isText);
    if (at < 0) continue;
    throw new DataError(
      `${other.name}: expected row numbers of neighbours, as in ${one.name}, found the id "${neighbourName(other, other.neighbours[at])}"`,
      "both files name rows alike: topk --ground-truth writes row numbers, its records have ids",
    );
  }
}

/** Returns the values of k in ascending order. Default: the number of neighbours that both files have. */
function cutoffsOf(truth: NeighbourFile, found: NeighbourFile, k: readonly number[] | undefined): readonly number[] {
  if (k === undefined) return [Math.min(shortest(truth), found.width)];
  const cutoffs = [...new Set(k)].sort((one, other) => one - other);
  const most = cutoffs[cutoffs.length - 1];
  if (most <= truth.width) return cutoffs;
  throw new UsageError(
    `-k: expected at most the ${truth.width} neighbours of ${truth.name}, found ${most}`,
    `for example: -k ${truth.width}`,
  );
}

/** Returns the length of the shortest list, at least 1. */
function shortest({ queries, width, neighbours }: NeighbourFile): number {
  let least = width;
  for (let query = 0; query < queries; query++) {
    while (least > 1 && !(neighbours[query * width + least - 1] >= 0)) least--;
  }
  return least;
}

/** Compares lists by the distances in the files. */
function compared(
  context: Context,
  truth: NeighbourFile,
  found: NeighbourFile,
  k: readonly number[],
  { epsilon }: RecallOptions,
): NeighbourRecall {
  const first = neighbourRecall(truth, found, { k, epsilon });
  const { disagreement } = first;
  noteUnusual(context, found, first, k[k.length - 1]);
  if (disagreement) {
    const { query, neighbour, truth: exact, found: own } = disagreement;
    context.note(
      `${found.name}: ignored its distances, which differ from those of ${truth.name}: ${own} and ${exact} for the neighbour ${neighbourName(found, neighbour)} of ${queryName(found, query)}`,
    );
  }
  const result = disagreement ? neighbourRecall(truth, { ...found, distances: null }, { k, epsilon }) : first;
  const unknown = truth.distances ? result.at.filter(({ withinTolerance }) => !withinTolerance) : [];
  if (unknown.length > 0) {
    const list = unknown.map((one) => one.k).join(", ");
    context.note(
      `no tie-tolerant recall for k = ${list}: distances of found neighbours are unknown; --queries FILE --corpus FILE computes them`,
    );
  }
  return result;
}

/** Compares lists by exact distances, computed from the vectors. */
async function comparedByVectors(
  context: Context,
  files: readonly [NeighbourFile, NeighbourFile],
  ids: NeighbourIds,
  k: readonly number[],
  options: RecallOptions & { readonly queries: string },
): Promise<NeighbourRecall> {
  const { metric = "cosine", epsilon, corpus: corpusPath = options.queries } = options;
  const read = { ...vectorOptions(options, metric), dtype: "stored" as const };
  const queries = await readInput(context, options.queries, read);
  const [truth, found] = files;
  const rowOf = sameQueries(truth, { name: queries.name, queries: queries.rows, queryIds: queries.ids });
  const missing = rowOf.indexOf(-1);
  if (missing >= 0) {
    throw new DataError(
      `${queries.name}: expected the vectors of all queries of ${truth.name}, found none of ${queryName(truth, missing)}`,
      "--queries names the vectors whose neighbours were searched",
    );
  }
  const most = k[k.length - 1];
  for (const { neighbours } of files) context.memory.take(9 * neighbours.length);
  const corpus = corpusPath === options.queries ? [queries] : readInputParts(context, corpusPath, read);
  const distances = await exactDistances(files, most, queries, rowOf, corpus, ids, metric);
  const { nearer } = METRICS[metric];
  const result = neighbourRecall(
    { ...truth, distances: distances[0] },
    { ...found, distances: distances[1] },
    { k, epsilon, nearer },
  );
  noteUnusual(context, found, result, most);
  return result;
}

/** Returns the options for reading vectors: those that name arrays of neighbours are left out. */
function vectorOptions(options: RecallOptions, metric: ComponentMetricName): ReadOptions {
  const { vectorColumn, inputFormat, ...read } = readOptionsOf({ ...options, metric });
  return read;
}

function noteUnusual(
  context: Context,
  { name }: NeighbourFile,
  { at, negative, repeated, missing }: NeighbourRecall,
  most: number,
): void {
  if (!at.some(({ hits }) => hits.some((count) => count > 0))) {
    context.note(`${name}: no neighbour is in the truth; do both files name rows alike, and count them from 0?`);
  }
  if (negative > 0) {
    context.note(`${name}: ${counted(negative, "negative id")}, counted as not found`);
  }
  if (repeated > 0) {
    context.note(`${name}: ${counted(repeated, "id")} more than once for the same query, counted once`);
  }
  if (missing > 0) {
    context.note(`${name}: lists shorter than k = ${most} lack ${counted(missing, "neighbour")}, counted as not found`);
  }
}
