import { DataError } from "../errors.js";
import { poolOf } from "../kernels/pool.js";
import { hold, type Matrix } from "../matrix.js";
import { Phases } from "../phases.js";
import type { ScoredMatrix } from "../scores.js";
import { shapeOf, type VectorSet } from "../vectors.js";
import type { Backend, BackendName, FastBackend } from "./backends/backend.js";
import { js } from "./backends/js.js";
import { loadBackend } from "./backends/load.js";
import { type Mode, tiledBy } from "./engine.js";
import { fastMatrix } from "./fast-matrix.js";
import { loopEngine } from "./loop.js";
import { matrixEngine } from "./matrix.js";
import type { ZeroVectors } from "./scale.js";

/** How to compute a cosine matrix. */
export interface SimilarityOptions {
  /** `matrix`: normalised rows and one product; `loop`: the formula for each pair. */
  readonly mode?: Mode;
  /** Who multiplies in matrix mode. */
  readonly backend?: BackendName;
  /** What the similarity with a zero vector is; an error unless said otherwise. */
  readonly zeroVectors?: ZeroVectors;
  /** Row i with row i only: the diagonal, as a matrix of one column. */
  readonly paired?: boolean;
  /** At most so many threads; all cores, unless told otherwise. */
  readonly threads?: number;
  /** The bytes that tiles, packed rows and text may take; 512 MB are enough for any job, and the default. */
  readonly workBytes?: number;
  /** Whether the sets may give their memory: then they hold no vectors afterwards. */
  readonly inPlace?: boolean;
  /** Adds up where the time goes. */
  readonly phases?: Phases;
  /** Hears which libraries were passed over, and why. */
  readonly say?: (message: string) => void;
}

/** A cosine matrix as a stream of tiles, and who computes it. */
export interface CosineTiles extends ScoredMatrix {
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
 * The cosine similarity of every row of `a` with every row of `b`, streamed.
 *
 * @param a n×d. @param b m×d.
 * @returns S, n×m, in [−1, 1] (n×1 when `paired`); NaN only where `zeroVectors` is `nan`.
 * @throws {DataError} when dimensions differ, when a row is a zero vector, or `paired` sets differ in size;
 * {@link MachineError} when the backend is not there.
 * @see https://scikit-learn.org/stable/modules/metrics.html#cosine-similarity
 */
export async function cosineTiles(a: VectorSet, b: VectorSet, options: SimilarityOptions = {}): Promise<CosineTiles> {
  const { mode = "matrix", zeroVectors = "error", paired = false } = options;
  if (a.dimensions !== b.dimensions) {
    throw new DataError(
      `${shapeOf(a)} and ${shapeOf(b)}: expected the same dimensions, found ${a.dimensions} and ${b.dimensions}`,
      "rows of both files must have as many columns of numbers; --columns selects them",
    );
  }
  if (paired) expectSameSize(a, b);
  const { rows, dimensions: d } = a;
  const pool = poolOf(options.threads);
  const one = { dimensions: d, kernels: null, threads: 1 };
  if (mode === "loop") {
    const engine = loopEngine(a, b, zeroVectors);
    return { ...tiledBy(engine, rows, b.rows, d, paired), mode, backend: null, ...one };
  }
  const needs = { products: paired ? 0 : rows * b.rows * d, pool, say: options.say ?? (() => {}) };
  const backend = await loadBackend(options.backend ?? "auto", needs);
  if ("multiplyBy" in backend || paired) {
    const product = "multiplyBy" in backend ? backend : js;
    const engine = matrixEngine(a, b, zeroVectors, product);
    return { ...tiledBy(engine, rows, b.rows, d, paired), mode, backend: product.name, ...one };
  }
  const tiles = await fastMatrix(
    a,
    b,
    zeroVectors,
    backend,
    pool,
    options.inPlace === true,
    options.phases ?? new Phases(),
    options.workBytes,
  );
  return { ...tiles, dimensions: d, mode, backend: backend.name, kernels: backend.kernels, threads: pool.threads };
}

/**
 * The cosine similarity of every row of `a` with every row of `b`, held in memory (8·n·m bytes).
 * The options, the result and the errors are those of {@link cosineTiles}.
 *
 * @example const { values } = await cosineSimilarity(a, b); values[i * b.rows + j]
 */
export async function cosineSimilarity(a: VectorSet, b: VectorSet, options?: SimilarityOptions): Promise<Matrix> {
  return hold(await cosineTiles(a, b, options));
}

/** @throws {DataError} unless row i of both sets can be one pair. */
export function expectSameSize(a: VectorSet, b: VectorSet): void {
  if (a.rows === b.rows) return;
  throw new DataError(
    `${shapeOf(a)} and ${shapeOf(b)}: expected the same batch size, found ${a.rows} and ${b.rows} rows`,
    "row i of one file is paired with row i of the other",
  );
}
