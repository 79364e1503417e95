import { hold, type Matrix } from "../core/matrix.js";
import { type VectorSet, vectorsFrom } from "../core/vectors.js";
import { computeTiles, type MetricTiles } from "./compute.js";
import { cosineAt, VECTOR_DIRECTION } from "./metrics/cosine.js";
import type { MetricName, SimilarityOptions } from "./options.js";
import { scaleRows } from "./scale.js";

/**
 * Computes a metric for every row of `a` with every row of `b`, as a stream of tiles. The relative error of a distance is
 * at most 1e-9.
 *
 * @param a n×d. @param b m×d.
 * @returns n×m (n×1 if `paired`), in the range of the metric; NaN only if `zeroVectors` is `nan`.
 * @throws {DataError} if dimensions differ, `paired` sets differ in size, a row has no direction and the metric compares
 * directions, or (while tiles are computed) a value is larger than any double;
 * {@link MachineError} if the backend is not available; {@link UsageError} for an unknown value of an option.
 */
export function metricTiles(
  metric: MetricName,
  a: VectorSet,
  b: VectorSet,
  options: SimilarityOptions = {},
): Promise<MetricTiles> {
  return computeTiles(metric, a, b, options);
}

/**
 * Computes the cosine similarity of every row of `a` with every row of `b`: {@link metricTiles} of `cosine`.
 *
 * @see https://scikit-learn.org/stable/modules/metrics.html#cosine-similarity
 */
export function cosineTiles(a: VectorSet, b: VectorSet, options?: SimilarityOptions): Promise<MetricTiles> {
  return metricTiles("cosine", a, b, options);
}

/**
 * Computes the cosine similarity of every row of `a` with every row of `b` in memory (8·n·m bytes).
 * The options and the errors are those of {@link cosineTiles}.
 *
 * @example const { values } = await cosineSimilarity(a, b); values[i * b.rows + j]
 */
export async function cosineSimilarity(a: VectorSet, b: VectorSet, options?: SimilarityOptions): Promise<Matrix> {
  return hold(await cosineTiles(a, b, options));
}

/**
 * Computes the cosine similarity of two vectors of the same length.
 *
 * @returns a number in [−1, 1].
 * @throws {DataError} if a vector is zero, or their lengths differ.
 * @example cosine([1, 2, 3], [1, 2, 3.5]) // 0.9974086507360697
 */
export function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const pair = vectorsFrom([a, b]);
  const { values } = scaleRows(pair, "error", VECTOR_DIRECTION);
  return cosineAt(values, 0, values, pair.dimensions, pair.dimensions);
}
