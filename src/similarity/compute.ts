import { expectChoice, expectOption } from "../core/choices.js";
import { DataError } from "../core/errors.js";
import type { ScoredMatrix, TiledMatrix } from "../core/matrix.js";
import { now, Phases } from "../core/phases.js";
import { shapeOf, type VectorSet } from "../core/vectors.js";
import { defaultRuntime } from "../kernels/runtime.js";
import type { Backend } from "./backends/backend.js";
import { loadBackend, loadPairBackend } from "./backends/load.js";
import { cellFill, js, plainProduct } from "./backends/plain.js";
import { bitTiles } from "./bit-tiles.js";
import type { Score } from "./exact/score.js";
import { isExtreme, recomputeExtremes } from "./extremes.js";
import { loopCell } from "./loop.js";
import { type Metric, type Slack, squareStep } from "./metrics/metric.js";
import { METRICS, metricOf } from "./metrics/metrics.js";
import {
  BACKENDS,
  type ComputeOptions,
  METRIC_NAMES,
  type MetricName,
  MODES,
  type Mode,
  ZERO_VECTORS,
} from "./options.js";
import { expectSameDimensions } from "./pair-scores.js";
import { areaStream, pairOf, pairStream } from "./stream.js";

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
  /** What the graphics card has done until now; absent without one. */
  readonly cardUse?: Backend["cardUse"];
  /** Whether rows are packed bits, which are compared in place of being multiplied. */
  readonly isOfBits?: true;
}

/** Computes a metric of two sets of vectors. `metricTiles` documents the result and the errors. */
export async function computeTiles(
  name: MetricName,
  a: VectorSet,
  b: VectorSet,
  options: ComputeOptions = {},
): Promise<MetricTiles> {
  expectChoices(name, options);
  expectSameDimensions(a, b);
  const { mode = "matrix", paired = false } = options;
  if (paired) expectSameSize(a, b);
  const metric = metricOf(name, a, b);
  if ("measure" in metric) return bitTiles(metric, a, b, options);
  const extreme = !metric.direction && (isExtreme(a) || isExtreme(b));
  const common = { nearer: metric.nearer, dimensions: a.dimensions, mode };
  const computed = await (mode === "loop" ? byLoop : byProduct)(metric, a, b, options);
  const matrix = { ...common, ...computed, exact: exactScores(metric, a, b, options) };
  return extreme ? { ...matrix, ...recomputeExtremes(metric, a, b, paired, matrix) } : matrix;
}

/** @throws {UsageError} for an unknown metric or an unknown value of an option. */
export function expectChoices(name: MetricName, { mode, backend, zeroVectors }: ComputeOptions): void {
  expectChoice("metric", name, METRIC_NAMES);
  expectOption("mode", mode, MODES);
  expectOption("backend", backend, BACKENDS);
  expectOption("zeroVectors", zeroVectors, ZERO_VECTORS);
}

type Computed = Omit<MetricTiles, "nearer" | "dimensions" | "mode" | "exact">;

async function byLoop(metric: Metric, a: VectorSet, b: VectorSet, options: ComputeOptions): Promise<Computed> {
  const cell = loopCell(metric, a, b, options.zeroVectors ?? "error");
  const shape = { rows: a.rows, columns: b.rows, d: a.dimensions };
  const stream = options.paired
    ? pairStream(shape, (row) => cell(row, row), options.signal)
    : areaStream(() => plainProduct(cellFill(cell)), js, shape, { ...options, symmetric: false, hasBlocks: false });
  return { ...stream, backend: null, kernels: null, threads: 1, slack: metric.slack(a.values, b.values, shape.d) };
}

async function byProduct(metric: Metric, a: VectorSet, b: VectorSet, options: ComputeOptions): Promise<Computed> {
  const { runtime = defaultRuntime(), backend: name = "auto", say = () => {}, zeroVectors = "error" } = options;
  const { phases = new Phases(), workBytes = runtime.memory } = options;
  const shape = { rows: a.rows, columns: b.rows, d: a.dimensions };
  // A share of the rows has the backend, and so the bits, of all rows.
  const [n, m] = [a, b].map(({ rows, fileRows = rows }) => fileRows);
  if (options.paired) {
    const backend = await loadPairBackend(name, metric, runtime);
    const rows = await backend.prepare(metric, a, b, { zeroVectors });
    const slack = metric.slack(rows.left, rows.right, shape.d);
    return computedBy(backend, slack, pairStream(shape, pairOf(backend.fill(metric, rows)), options.signal));
  }
  const size = { products: n * m * shape.d, numbers: (n + m) * shape.d };
  const backend = await loadBackend(name, metric, { ...size, runtime, say });
  const began = now();
  const rows = await backend.prepare(metric, a, b, { zeroVectors, inPlace: options.inPlace });
  if (backend.isParallel) phases.add("scale", began);
  const symmetric = a === b;
  const { summaries } = backend;
  const accumulated = { ...rows, step: metric.accumulate, clips: metric.finish === "clip" };
  const stream = areaStream(() => backend.product(metric, rows, workBytes), backend, shape, {
    ...options,
    phases,
    workBytes,
    symmetric,
    upper: options.upper === true && (symmetric || options.diagonal !== undefined) && metric.finish === "clip",
    hasBlocks: backend.isParallel && squareStep(metric) === null,
    summarize:
      summaries && squareStep(metric) === null
        ? (areas, wanted, threads) => summaries.of(accumulated, areas, wanted, threads)
        : undefined,
  });
  return computedBy(backend, metric.slack(rows.left, rows.right, shape.d), stream);
}

const computedBy = ({ name, kernels, threads, cardUse }: Backend, slack: Slack, stream: TiledMatrix): Computed => ({
  ...stream,
  ...(cardUse && { cardUse }),
  backend: name,
  kernels,
  threads,
  slack,
});

/** Returns the memory of the unit rows that matrix mode computes of these sets, in bytes. */
export function unitRowBytes(name: MetricName, ...sets: readonly VectorSet[]): number {
  return METRICS[name].direction ? sets.reduce((sum, { values }) => sum + values.byteLength, 0) : 0;
}

/** Returns the exact scores of the rows as they are in the sets; those of all modes and backends are the same. */
function exactScores(metric: Metric, a: VectorSet, b: VectorSet, { zeroVectors, inPlace }: ComputeOptions): Score {
  let scores: Score | null = null;
  return (i, j) => {
    if (inPlace) throw new Error("expected rows that are not overwritten for exact scores");
    scores ??= metric.exact(a, b, zeroVectors ?? "error");
    return scores(i, j);
  };
}

/** @throws {DataError} if the sets differ in size, so that their rows cannot be paired. */
export function expectSameSize(
  a: VectorSet,
  b: VectorSet,
  hint = "row i of one file is paired with row i of the other",
): void {
  if (a.rows === b.rows) return;
  throw new DataError(
    `${shapeOf(a)} and ${shapeOf(b)}: expected the same batch size, found ${a.rows} and ${b.rows} rows`,
    hint,
  );
}
