import { DataError } from "../../core/errors.js";
import { type TiledMatrix, tiled } from "../../core/matrix.js";
import { doublesOf, rowPlace, shapeOf, type VectorSet } from "../../core/vectors.js";
import { notSquare, readMatrix } from "../../reading/read-matrix.js";
import type { Context } from "../../shell/context.js";
import { openVectorInput, prefetchBlas, readInput, readOptionsOf } from "../../shell/inputs.js";
import type { EngineOptions, InputOptions } from "../../shell/options.js";
import { computeTiles, expectSameSize, type MetricTiles, unitRowBytes } from "../../similarity/compute.js";
import { expectLabelForEach, type Labels, labelsFrom, readLabelled } from "../shared/labels.js";
import { expectAllRows } from "../shared/pairs-by-row.js";
import { isSameFile } from "./kind-options.js";
import type { GradientOptions } from "./loss-gradient.js";
import type { LossKindOptions } from "./loss-options.js";
import { readScoredPairs } from "./scored-pairs.js";

/** The similarities of a batch, and the names of its rows and columns. */
export interface Batch {
  readonly similarity: TiledMatrix;
  /** The sets that are compared, if the similarities are computed; the same set twice for one file. */
  readonly sets: readonly [VectorSet, VectorSet] | null;
  /** The similarities, if they are computed and not read. */
  readonly computed: MetricTiles | null;
  readonly rowIds: () => readonly string[] | null;
  readonly columnIds: readonly string[] | null;
  readonly labels: readonly string[] | null;
  /** The gold scores of pairs; then S is b×1. */
  readonly scores: Float64Array | null;
  /** Whether rows are compared with rows of the same set. */
  readonly isSelf: boolean;
}

/** The options that determine what is read. */
export interface BatchOptions
  extends InputOptions,
    EngineOptions,
    Pick<LossKindOptions, "anchors" | "labels" | "scores" | "kind">,
    GradientOptions {}

/**
 * Reads a similarity matrix, two files of vectors, pairs with gold scores, or with labels one file of vectors, whose rows are
 * compared with each other. The similarities of vectors are still to be computed.
 */
export async function readBatch(
  context: Context,
  first: string,
  second: string | undefined,
  options: BatchOptions,
): Promise<Batch> {
  if (options.kind === "cosent") return readScoredPairs(context, first, second, options);
  const labels = await labelsFrom(context, options.labels);
  const batch =
    second === undefined
      ? await oneFileBatch(context, first, options, labels)
      : await vectorsBatch(context, first, second, options, labels);
  expectLabelForEach(labels, options.labels, batch.similarity.rows, first === "-" ? "stdin" : first);
  return batch;
}

async function vectorsBatch(
  context: Context,
  first: string,
  second: string,
  options: BatchOptions,
  labels: Labels,
): Promise<Batch> {
  const read = { ...readOptionsOf({ ...options, metric: "cosine" }), dtype: options.dtype };
  if (!isSameFile(first, second)) expectAllRows(context, options);
  prefetchBlas(context, options, first, second);
  const a = await readLabelled(context, first, read, labels);
  const b = await readLabelled(context, second, read, labels);
  return computedBatch(context, a, b, isSameFile(first, second), options, labels);
}

async function computedBatch(
  context: Context,
  a: VectorSet,
  b: VectorSet,
  isSelf: boolean,
  options: BatchOptions,
  labels: Labels,
): Promise<Batch> {
  const { mode, backend, zeroVectors } = options;
  const needsVectors = options.gradientA !== undefined || options.gradientB !== undefined;
  if (needsVectors) context.memory.take(unitRowBytes("cosine", a, b));
  const computeOptions = { mode, backend, zeroVectors, inPlace: !needsVectors, ...context.engineOptions };
  const similarity = await computeTiles("cosine", a, b, computeOptions);
  expectPairedRows(a, b);
  if (labels.column !== undefined) expectSameLabels(a, b);
  return {
    similarity,
    computed: similarity,
    rowIds: () => a.ids,
    columnIds: b.ids,
    labels: labels.list ?? a.labels,
    scores: null,
    sets: [a, b],
    isSelf,
  };
}

async function oneFileBatch(context: Context, path: string, options: BatchOptions, labels: Labels): Promise<Batch> {
  const read = { ...readOptionsOf({ ...options, metric: "cosine" }), ...context.readerOptions };
  const isVectors = options.dimensions !== undefined;
  // Columns as anchors and gradients need a second pass, and a column of labels needs all rows first: the matrix is held.
  if (isVectors || options.anchors !== "rows" || options.gradient !== undefined || labels.column !== undefined) {
    const set = await readLabelled(context, path, read, labels);
    if (isVectors || set.rows !== set.dimensions) return selfBatch(context, set, options, labels);
    const { name, rows, dimensions: columns, values } = set;
    const similarity = { name, ...tiled({ rows, columns, values: doublesOf(values) }) };
    const { ids, columnNames } = set;
    return {
      similarity,
      computed: null,
      rowIds: () => ids,
      columnIds: columnNames,
      labels: labels.list ?? set.labels,
      scores: null,
      sets: null,
      isSelf: false,
    };
  }
  const text = await readMatrix(openVectorInput(context, path, read), read);
  if (labels.list && labels.list.length !== text.columns && path !== "-") {
    await text.close();
    return selfBatch(context, await readInput(context, path, read), options, labels);
  }
  return {
    similarity: text,
    computed: null,
    rowIds: () => text.rowIds,
    columnIds: text.columnIds,
    labels: labels.list,
    scores: null,
    sets: null,
    isSelf: false,
  };
}

/** Compares the rows of a labelled set with each other. */
async function selfBatch(context: Context, set: VectorSet, options: BatchOptions, labels: Labels): Promise<Batch> {
  if (!labels.list && !set.labels) throw notSquare(set.name, set.rows, set.dimensions);
  expectLabelForEach(labels, options.labels, set.rows, set.name);
  noteOwnPositives(context, set.name, options.kind);
  return computedBatch(context, set, set, true, options, labels);
}

/** Reports that each row of a set is its own positive, with kinds whose positives are on the diagonal. */
export function noteOwnPositives(context: Context, name: string, kind: LossKindOptions["kind"]): void {
  if (kind !== "hard-negative" && kind !== "infonce") return;
  context.note(
    `the positive of each row of ${name} is the row itself with --kind ${kind}; --kind triplet takes the rows of its class`,
  );
}

/** @throws {DataError} unless both sets have the same number of rows, at least 2. */
export function expectPairedRows(a: VectorSet, b: VectorSet): void {
  expectSameSize(a, b);
  if (a.rows > 1) return;
  throw new DataError(
    `${shapeOf(a)} and ${shapeOf(b)}: expected a batch of at least 2 rows, found 1`,
    "every other row of the batch is a negative; one row has none",
  );
}

/** Row i of both files is one pair, so both rows have one class. The first set may have only some of the rows. */
export function expectSameLabels(a: VectorSet, b: VectorSet): void {
  const { firstRow = 0 } = a;
  const at = a.labels?.findIndex((label, i) => label !== b.labels?.[firstRow + i]) ?? -1;
  if (at < 0) return;
  const row = firstRow + at;
  throw new DataError(
    `${rowPlace(b, row)}: expected the label of ${rowPlace(a, at)}, "${a.labels?.[at]}", found "${b.labels?.[row]}"`,
    "row i of both files is one anchor and its positive",
  );
}
