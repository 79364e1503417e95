import { DataError } from "../errors.js";
import { hold, type Matrix, type TiledMatrix } from "../matrix.js";
import { shapeOf, type VectorSet } from "../vectors.js";
import type { Backend, BackendName } from "./backends/backend.js";
import { loadBackend } from "./backends/load.js";
import { type Mode, tiledBy } from "./engine.js";
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
}

/** A cosine matrix as a stream of tiles, and who computes it. */
export interface CosineTiles extends TiledMatrix {
  readonly mode: Mode;
  /** The backend in use; null in loop mode. */
  readonly backend: Backend["name"] | null;
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
export async function cosineTiles(
  a: VectorSet,
  b: VectorSet,
  { mode = "matrix", backend = "auto", zeroVectors = "error", paired = false }: SimilarityOptions = {},
): Promise<CosineTiles> {
  if (a.dimensions !== b.dimensions) {
    throw new DataError(
      `${shapeOf(a)} and ${shapeOf(b)}: expected the same dimensions, found ${a.dimensions} and ${b.dimensions}`,
      "rows of both files must have as many columns of numbers; --columns selects them",
    );
  }
  if (paired) expectSameSize(a, b);
  const product = mode === "matrix" ? await loadBackend(backend) : null;
  const engine = product ? matrixEngine(a, b, zeroVectors, product) : loopEngine(a, b, zeroVectors);
  const tiles = paired
    ? tiledBy(a.rows, 1, a.dimensions, engine.fillDiagonal)
    : tiledBy(a.rows, b.rows, a.dimensions, engine.fillRows);
  return { ...tiles, mode, backend: product?.name ?? null };
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
