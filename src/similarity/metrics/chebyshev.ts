import type { Numbers } from "../../core/vectors.js";
import { DISTANCE, type Metric } from "./metric.js";

/**
 * Returns the Chebyshev distance (L∞), `max |aᵢ − bᵢ|`, of two vectors with d components. The result is ≥ 0; it is
 * Infinity only if the distance is larger than any double.
 *
 * @see https://docs.scipy.org/doc/scipy/reference/generated/scipy.spatial.distance.chebyshev.html
 */
export function chebyshevAt(a: Numbers, aStart: number, b: Numbers, bStart: number, d: number): number {
  let largest = 0;
  for (let k = 0; k < d; k++) {
    const difference = Math.abs(a[aStart + k] - b[bStart + k]);
    if (difference > largest) largest = difference;
  }
  return largest;
}

export const chebyshev: Metric = {
  ...DISTANCE,
  name: "chebyshev",
  title: "Chebyshev distance",
  at: chebyshevAt,
  // Rounding keeps the order of the differences, so the largest rounded difference is the rounded largest one.
  exact: (a, b) => {
    const d = a.dimensions;
    return (i, j) => chebyshevAt(a.values, i * d, b.values, j * d, d);
  },
  accumulate: "chebyshev",
  finish: null,
};
