import type { Numbers } from "../../core/vectors.js";
import { euclideanScores } from "../exact/distance-scores.js";
import { chebyshevAt } from "./chebyshev.js";
import { DISTANCE, type Metric } from "./metric.js";

/**
 * Returns the squared Euclidean distance, `Σ (aᵢ − bᵢ)²`, of two vectors with d components. The result is ≥ 0; it is
 * Infinity only if the sum is larger than any double.
 *
 * @see https://docs.scipy.org/doc/scipy/reference/generated/scipy.spatial.distance.sqeuclidean.html
 */
function squaredEuclideanAt(a: Numbers, aStart: number, b: Numbers, bStart: number, d: number): number {
  let sum = 0;
  for (let k = 0; k < d; k++) {
    const difference = a[aStart + k] - b[bStart + k];
    sum += difference * difference;
  }
  return sum;
}

/** In sums below this, squares of differences may have underflowed, although the square root is not too small. */
const MIN_SQUARE = 2 ** -900;

/**
 * Returns the Euclidean distance (L2), `sqrt(Σ (aᵢ − bᵢ)²)`, of two vectors with d components. The result is ≥ 0. Its
 * square may overflow; the result is Infinity only if the distance itself is larger than any double.
 *
 * @see https://docs.scipy.org/doc/scipy/reference/generated/scipy.spatial.distance.euclidean.html
 */
function euclideanAt(a: Numbers, aStart: number, b: Numbers, bStart: number, d: number): number {
  const square = squaredEuclideanAt(a, aStart, b, bStart, d);
  if (square >= MIN_SQUARE && square < Number.POSITIVE_INFINITY) return Math.sqrt(square);
  const largest = chebyshevAt(a, aStart, b, bStart, d);
  if (largest === 0 || largest === Number.POSITIVE_INFINITY) return largest;
  let sum = 0;
  for (let k = 0; k < d; k++) sum += ((a[aStart + k] - b[bStart + k]) / largest) ** 2;
  return largest * Math.sqrt(sum);
}

export const sqeuclidean: Metric = {
  ...DISTANCE,
  name: "sqeuclidean",
  title: "squared Euclidean distance",
  at: squaredEuclideanAt,
  exact: (a, b) => euclideanScores(a, b, false),
  accumulate: "multiply",
  finish: "squares",
};

export const euclidean: Metric = {
  ...DISTANCE,
  name: "euclidean",
  title: "Euclidean distance",
  at: euclideanAt,
  exact: (a, b) => euclideanScores(a, b, true),
  accumulate: "multiply",
  finish: "roots",
};
