import { hold, type Matrix } from "../core/matrix.js";
import type { VectorSet } from "../core/vectors.js";
import { type MetricTiles, metricTiles, type SimilarityOptions } from "./metric-tiles.js";

export { expectSameSize, type MetricTiles as CosineTiles, type SimilarityOptions } from "./metric-tiles.js";

/**
 * The cosine similarity of every row of `a` with every row of `b`, streamed: {@link metricTiles} of `cosine`.
 *
 * @param a n×d. @param b m×d.
 * @returns S, n×m, in [−1, 1] (n×1 when `paired`); NaN only where `zeroVectors` is `nan`.
 * @throws {DataError} when dimensions differ, when a row is a zero vector, or `paired` sets differ in size;
 * {@link MachineError} when the backend is not there.
 * @see https://scikit-learn.org/stable/modules/metrics.html#cosine-similarity
 */
export function cosineTiles(a: VectorSet, b: VectorSet, options?: SimilarityOptions): Promise<MetricTiles> {
  return metricTiles("cosine", a, b, options);
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
