import { DataError, UsageError } from "../../core/errors.js";
import type { VectorSet } from "../../core/vectors.js";
import { loadWriter } from "../../formats/writers.js";
import type { Neighbours } from "../../neighbours/nearest-rows.js";
import type { Context } from "../../shell/context.js";
import { writeAll, writeRows } from "../../shell/writers.js";
import type { TopkOptions } from "./run.js";

const FORMATS = ["ivecs", "ibin", "parquet"] as const;

/** A format of ground truth. */
type TruthFormat = (typeof FORMATS)[number];

/**
 * Returns the format in which ground truth is written; null if records are. `.ivecs` and `.ibin` have a place for nothing else.
 *
 * @throws {UsageError} for another format, and options whose result has no place in lists of equal length.
 */
export function groundTruthFormat(context: Context, options: TopkOptions): TruthFormat | null {
  const { format } = context;
  const { groundTruth, minScore, labels, carry, missing } = options;
  if (!groundTruth && format !== "ivecs" && format !== "ibin") return null;
  const known = FORMATS.find((one) => one === format);
  if (!known) {
    const message = `--ground-truth: expected the format ${FORMATS.join(", ")}, found ${format}`;
    throw new UsageError(message, "-o truth.ibin");
  }
  const flag = groundTruth ? "--ground-truth" : `-f ${format}`;
  const others = [
    ["--min-score", minScore !== undefined, "each query has k neighbours"],
    ["--labels", labels !== undefined, "ground truth has no place for labels"],
    ["--carry", carry !== undefined, "ground truth has no place for other columns"],
    ["--missing skip-row", missing === "skip-row", "rows that are left out would shift the row numbers after them"],
  ] as const;
  for (const [other, isGiven, reason] of others) {
    if (isGiven) throw new UsageError(`${flag}: expected no ${other} with it`, `${reason}; leave one of them out`);
  }
  context.keepsAllRows = true;
  return known;
}

/**
 * Writes the row numbers of the neighbours of each query, and their scores except in `.ivecs`.
 *
 * @param corpus the file that was searched, for messages.
 * @throws {DataError} for a query with fewer than k neighbours.
 */
export async function writeGroundTruth(
  context: Context,
  format: TruthFormat,
  found: Neighbours,
  queries: VectorSet,
  corpus: string,
): Promise<void> {
  expectComplete(found, queries, corpus);
  const withIds = [
    ...(queries.ids && format !== "parquet" ? [queries.name] : []),
    ...(found.ids.length > 0 ? [corpus] : []),
  ];
  if (withIds.length > 0) {
    const files = [...new Set(withIds)].join(" and ");
    context.note(`${format}: left out the ids of ${files}; neighbours are row numbers from 0`);
  }
  if (format === "parquet") {
    const { groundTruthNeighbours } = await import("../../formats/parquet/write-neighbours.js");
    const distanceAt = (index: number) => found.scores[index];
    await writeAll(context, groundTruthNeighbours({ ...found, ids: queries.ids, distanceAt }));
    return;
  }
  const { k, counts, rows, scores } = found;
  const head = { rows: counts.length, columns: k, rowIds: null, columnIds: null, flat: false, members: {} };
  const formatter = (await loadWriter(format)).matrix(head, { precision: null, header: false });
  await context.write(formatter.begin());
  for (const { first, end } of blocks(counts.length, k)) {
    await writeRows(context, formatter, Float64Array.from(rows.subarray(first * k, end * k)), k, first);
  }
  await context.write(formatter.end({}));
  if (format === "ivecs") return;
  for (const { first, end } of blocks(counts.length, k)) {
    await context.write(new Uint8Array(Float32Array.from(scores.subarray(first * k, end * k)).buffer));
  }
}

const BLOCK_NEIGHBOURS = 1 << 20;

function* blocks(queries: number, k: number): Generator<{ readonly first: number; readonly end: number }> {
  const size = Math.max(1, Math.floor(BLOCK_NEIGHBOURS / k));
  for (let first = 0; first < queries; first += size) yield { first, end: Math.min(queries, first + size) };
}

function expectComplete({ k, counts }: Neighbours, queries: VectorSet, corpus: string): void {
  const query = counts.findIndex((count) => count < k);
  if (query < 0) return;
  if (queries.rows === 1 && corpus === queries.name) {
    throw new DataError(
      `${corpus}: expected other rows, of which ${k} are the neighbours, found one row`,
      "a second file is the corpus",
    );
  }
  const most = counts.reduce((largest, count) => Math.max(largest, count), 0);
  if (most < k && most > 0) {
    const found = `-k: expected at most ${most}, the number of neighbours in ${corpus}, found ${k}`;
    throw new UsageError(found, `for example: -k ${most}`);
  }
  throw new DataError(
    `${queries.name}: expected ${k} neighbours for each query, found ${counts[query]} for query ${query}`,
    "vectors without a score are no neighbours: --zero-vectors zero gives them one",
  );
}
