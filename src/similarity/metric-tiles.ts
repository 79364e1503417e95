import { expectChoice, expectOption } from "../core/choices.js";
import { now } from "../core/clock.js";
import { DataError } from "../core/errors.js";
import { Phases } from "../core/phases.js";
import type { ScoredMatrix } from "../core/scores.js";
import { shapeOf, type VectorSet } from "../core/vectors.js";
import { defaultRuntime, type Runtime } from "../kernels/runtime.js";
import { BACKENDS, type Backend, type BackendName, type FastBackend } from "./backends/backend.js";
import { js } from "./backends/js.js";
import { type BackendNeeds, loadBackend, SMALL_PRODUCTS } from "./backends/load.js";
import { createWasm } from "./backends/wasm.js";
import { MODES, type Mode, ZERO_VECTORS, type ZeroVectors } from "./choices.js";
import { tiledBy } from "./engine.js";
import { exactScores } from "./exact-scores.js";
import { isExtreme, mended } from "./extremes.js";
import { fastForm } from "./fast-form.js";
import { fastMatrix } from "./fast-matrix.js";
import { type LoopEngine, loopEngine } from "./loop.js";
import { matrixEngine } from "./matrix.js";
import { METRIC_NAMES, METRICS, type Metric, type MetricName } from "./metrics/metric.js";
import { productForm } from "./product-form.js";
import { hasDirections } from "./scale.js";
import type { InPlace } from "./unit-rows.js";

/** How to compare two sets of vectors. */
export interface SimilarityOptions {
  /** `matrix`: one product of prepared rows; `loop`: the formula for each pair. */
  readonly mode?: Mode;
  /** Who multiplies in matrix mode. */
  readonly backend?: BackendName;
  /** What the cosine with a zero vector is, or the correlation with a constant one; an error unless said otherwise. */
  readonly zeroVectors?: ZeroVectors;
  /** Row i with row i only: the diagonal, as a matrix of one column. */
  readonly paired?: boolean;
  /** Of a set against itself, only cells `[i, j]` with `j ≥ i` are wanted; what stands in the others means nothing. */
  readonly upper?: boolean;
  /** Threads and libraries to use. Default: {@link defaultRuntime}. */
  readonly runtime?: Runtime;
  /** The bytes that tiles, packed rows and text may take; 512 MB are enough for any job, and the default. */
  readonly workBytes?: number;
  /** Whether both sets may give their memory, or the second: then they hold no vectors afterwards. */
  readonly inPlace?: InPlace;
  /** Adds up where the time goes. */
  readonly phases?: Phases;
  /** Hears which libraries were passed over, and why. */
  readonly say?: (message: string) => void;
}

/** The values of a metric as a stream of tiles, and who computes them. */
export interface MetricTiles extends ScoredMatrix {
  /** Components of the vectors: so many products make a cell. */
  readonly dimensions: number;
  readonly mode: Mode;
  /** The backend in use; null in loop mode. */
  readonly backend: (Backend | FastBackend)["name"] | null;
  /** The kernels of the backend, where it has a choice of them. */
  readonly kernels: string | null;
  readonly threads: number;
}

/**
 * The value of a metric for every row of `a` with every row of `b`, streamed; distances to 1e-9 of their formula.
 *
 * @param a n×d. @param b m×d.
 * @returns n×m (n×1 when `paired`), in the range of the metric; NaN only where `zeroVectors` is `nan`.
 * @throws {DataError} when dimensions differ, `paired` sets differ in size, a row has no direction though the metric
 * compares directions, or (while tiles are computed) a value is beyond the doubles;
 * {@link MachineError} when the backend is not there; {@link UsageError} for the value of an option that there is not.
 */
export async function metricTiles(
  name: MetricName,
  a: VectorSet,
  b: VectorSet,
  options: SimilarityOptions = {},
): Promise<MetricTiles> {
  const { paired = false } = options;
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
  if (paired) expectSameSize(a, b);
  const metric = METRICS[name];
  const extreme = !hasDirections(metric) && (isExtreme(a) || isExtreme(b));
  const matrix = await computedBy(metric, a, b, options);
  return extreme ? { ...matrix, ...mended(metric, a, b, paired, matrix) } : matrix;
}

async function computedBy(
  metric: Metric,
  a: VectorSet,
  b: VectorSet,
  options: SimilarityOptions,
): Promise<MetricTiles> {
  const { mode = "matrix", zeroVectors = "error", paired = false } = options;
  const { rows, dimensions: d } = a;
  const columns = paired ? 1 : b.rows;
  const { runtime = defaultRuntime() } = options;
  const { pool } = runtime;
  const told = { nearer: metric.nearer, dimensions: d, mode };
  const one = { ...told, kernels: null, threads: 1 };
  if (mode === "loop") {
    const engine = loopEngine(metric, a, b, zeroVectors);
    return { ...tiledBy(engine, rows, b.rows, d, paired), ...one, backend: null, ...byItself(engine) };
  }
  const needs = paired ? { products: 0, numbers: 0 } : { products: rows * columns * d, numbers: (rows + columns) * d };
  const backend = await backendFor(metric, needs, runtime, options);
  if ("multiplyBy" in backend || paired) {
    const product = "multiplyBy" in backend ? backend : js;
    if (isOwn(metric.by)) {
      const engine = loopEngine(metric, a, b, zeroVectors);
      return { ...tiledBy(engine, rows, b.rows, d, paired), ...one, backend: product.name, ...byItself(engine) };
    }
    const form = productForm(metric, a, b, zeroVectors);
    const tiles = tiledBy(matrixEngine(form, d, product), rows, b.rows, d, paired);
    return { ...tiles, ...one, backend: product.name, ...exactScores(metric, form.left, form.right, d) };
  }
  const { phases = new Phases(), workBytes = Number.POSITIVE_INFINITY } = options;
  const began = now();
  const form = await fastForm(metric, a, b, zeroVectors, pool, options.inPlace, workBytes);
  phases.add("scale", began);
  const symmetric = a === b;
  // Squares are made of whole rows of products.
  const upper = options.upper === true && symmetric && form.clips;
  const { threads } = pool;
  const tiles = fastMatrix(form, d, { backend, phases, threads, workBytes, symmetric, upper });
  const who = { backend: backend.name, kernels: backend.kernels, threads };
  return { ...tiles, ...told, ...who, ...exactScores(metric, form.left, form.right, d) };
}

/** The scores of the loop are exact as they are. */
const byItself = ({ cell }: LoopEngine): Pick<ScoredMatrix, "exact" | "slack"> => ({ exact: cell, slack: () => 0 });

/** Who multiplies; what no product gives is computed by our own kernels, or in plain JavaScript. */
function backendFor(
  { by }: Metric,
  needs: Pick<BackendNeeds, "products" | "numbers">,
  runtime: Runtime,
  { backend = "auto", say = () => {} }: SimilarityOptions,
): Promise<Backend | FastBackend> | Backend | FastBackend {
  if (!isOwn(by)) return loadBackend(backend, { ...needs, runtime, say });
  const small = backend === "auto" && needs.products <= SMALL_PRODUCTS;
  return small || backend === "js" || backend === "mathjs" ? js : createWasm(runtime.pool, by);
}

/** Whether no product of rows gives the metric, so that it is gathered by a kernel of its own. */
const isOwn = (by: Metric["by"]) => by === "manhattan" || by === "chebyshev";

/** @throws {DataError} unless row i of both sets can be one pair. */
export function expectSameSize(a: VectorSet, b: VectorSet): void {
  if (a.rows === b.rows) return;
  throw new DataError(
    `${shapeOf(a)} and ${shapeOf(b)}: expected the same batch size, found ${a.rows} and ${b.rows} rows`,
    "row i of one file is paired with row i of the other",
  );
}
