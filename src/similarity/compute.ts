import { expectChoice, expectOption } from "../core/choices.js";
import { DataError } from "../core/errors.js";
import type { ScoredMatrix, TiledMatrix } from "../core/matrix.js";
import { now, Phases } from "../core/phases.js";
import { shapeOf, type VectorSet } from "../core/vectors.js";
import { dot } from "../kernels/product.js";
import { defaultRuntime } from "../kernels/runtime.js";
import type { Backend, PreparedRows } from "./backends/backend.js";
import { loadBackend, loadPairBackend } from "./backends/load.js";
import { cellFill, cosineOfProduct, js, plainProduct } from "./backends/plain.js";
import { isExtreme, recomputeExtremes } from "./extremes.js";
import { loopCell } from "./loop.js";
import { type Metric, squareStep } from "./metrics/metric.js";
import { METRICS } from "./metrics/metrics.js";
import {
  BACKENDS,
  type ComputeOptions,
  METRIC_NAMES,
  type MetricName,
  MODES,
  type Mode,
  ZERO_VECTORS,
} from "./options.js";
import { areaStream, pairStream } from "./stream.js";

/** The values of a metric as a stream of tiles, with the mode, backend and threads that compute them. */
export interface MetricTiles extends ScoredMatrix {
  /** Number of components of a vector, and of products in a cell. */
  readonly dimensions: number;
  readonly mode: Mode;
  /** Null in loop mode. */
  readonly backend: Backend["name"] | null;
  /** The kernels in use; null for a backend without a choice of kernels. */
  readonly kernels: string | null;
  readonly threads: number;
}

/** Computes a metric of two sets of vectors. `metricTiles` documents the result and the errors. */
export async function computeTiles(
  name: MetricName,
  a: VectorSet,
  b: VectorSet,
  options: ComputeOptions = {},
): Promise<MetricTiles> {
  expectChoice("metric", name, METRIC_NAMES);
  expectOption("mode", options.mode, MODES);
  expectOption("backend", options.backend, BACKENDS);
  expectOption("zeroVectors", options.zeroVectors, ZERO_VECTORS);
  if (a.dimensions !== b.dimensions) {
    throw new DataError(
      `${shapeOf(a)} and ${shapeOf(b)}: expected the same dimensions, found ${a.dimensions} and ${b.dimensions}`,
      "rows of both files need the same number of components; --columns selects them",
    );
  }
  const { mode = "matrix", paired = false } = options;
  if (paired) expectSameSize(a, b);
  const metric = METRICS[name];
  const extreme = !metric.direction && (isExtreme(a) || isExtreme(b));
  const common = { nearer: metric.nearer, dimensions: a.dimensions, mode };
  const matrix = { ...common, ...(await (mode === "loop" ? byLoop : byProduct)(metric, a, b, options)) };
  return extreme ? { ...matrix, ...recomputeExtremes(metric, a, b, paired, matrix) } : matrix;
}

type Computed = Omit<MetricTiles, "nearer" | "dimensions" | "mode">;

async function byLoop(metric: Metric, a: VectorSet, b: VectorSet, options: ComputeOptions): Promise<Computed> {
  const cell = loopCell(metric, a, b, options.zeroVectors ?? "error");
  const fill = cellFill(cell);
  const shape = { rows: a.rows, columns: b.rows, d: a.dimensions };
  const stream = options.paired
    ? pairStream(shape, fill, options.signal)
    : areaStream(() => plainProduct(fill), js, shape, { ...options, symmetric: false, hasBlocks: false });
  return { ...stream, backend: null, kernels: null, threads: 1, exact: cell, slack: () => 0 };
}

async function byProduct(metric: Metric, a: VectorSet, b: VectorSet, options: ComputeOptions): Promise<Computed> {
  const { runtime = defaultRuntime(), backend: name = "auto", say = () => {}, zeroVectors = "error" } = options;
  const { phases = new Phases(), workBytes = runtime.memory } = options;
  const shape = { rows: a.rows, columns: b.rows, d: a.dimensions };
  if (options.paired) {
    const backend = await loadPairBackend(name, metric, runtime);
    const rows = await backend.prepare(metric, a, b, { zeroVectors });
    return computedBy(backend, metric, rows, pairStream(shape, backend.fill(metric, rows), options.signal));
  }
  const size = { products: a.rows * b.rows * shape.d, numbers: (a.rows + b.rows) * shape.d };
  const backend = await loadBackend(name, metric, { ...size, runtime, say });
  const began = now();
  const rows = await backend.prepare(metric, a, b, { zeroVectors, inPlace: options.inPlace });
  if (backend.isParallel) phases.add("scale", began);
  const symmetric = a === b;
  const stream = areaStream(() => backend.product(metric, rows, workBytes), backend, shape, {
    ...options,
    phases,
    workBytes,
    symmetric,
    upper: options.upper === true && symmetric && metric.finish === "clip",
    hasBlocks: backend.isParallel && squareStep(metric) === null,
  });
  return computedBy(backend, metric, rows, stream);
}

const computedBy = (
  { name, kernels, threads }: Backend,
  metric: Metric,
  rows: PreparedRows,
  stream: TiledMatrix,
): Computed => ({ ...stream, backend: name, kernels, threads, ...exactScores(metric, rows) });

/** Returns functions for single scores, each summed in the order of the components, and for the error bound of the product. */
function exactScores(metric: Metric, { left, right, d }: PreparedRows): Pick<ScoredMatrix, "exact" | "slack"> {
  const slack = metric.slack(left, right, d);
  if (!metric.direction) return { exact: (i, j) => metric.at(left, i * d, right, j * d, d), slack };
  const cosine = cosineOfProduct({ left, right, d });
  return { exact: (i, j) => cosine(dot(left, i * d, right, j * d, d), i, j), slack };
}

/** @throws {DataError} if the sets differ in size, so that their rows cannot be paired. */
export function expectSameSize(a: VectorSet, b: VectorSet): void {
  if (a.rows === b.rows) return;
  throw new DataError(
    `${shapeOf(a)} and ${shapeOf(b)}: expected the same batch size, found ${a.rows} and ${b.rows} rows`,
    "row i of one file is paired with row i of the other",
  );
}
