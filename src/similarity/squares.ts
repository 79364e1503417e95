import type { Numbers } from "../core/vectors.js";
import { dot } from "../kernels/product.js";

/** How far a squared distance may be from the formula's, relative to it. */
export const CANCELLATION_TOLERANCE = 5e-10;
/** What rounding to a double may change, relative to it. */
const UNIT_ROUNDOFF = Number.EPSILON / 2;

/**
 * The share of `|x|² + |y|²` up to which `|x|² + |y|² − 2x·y` may have lost too many digits to cancellation.
 *
 * In any order of summation |fl(x·y) − x·y| ≤ γ_d Σ|xₖyₖ| ≤ γ_d (|x|² + |y|²) / 2, with γ_k = k·u / (1 − k·u), and
 * likewise for |x|² and |y|²; with the two additions the error is at most 2 γ_(d+2) (|x|² + |y|²).
 *
 * @see N. J. Higham, "Accuracy and Stability of Numerical Algorithms", 2nd ed., section 3.1, https://doi.org/10.1137/1.9780898718027
 */
export function cancellationShare(d: number): number {
  const steps = (d + 2) * UNIT_ROUNDOFF;
  return (2 * steps) / (1 - steps) / CANCELLATION_TOLERANCE;
}

/** |x|² of each of the rows, of d components. */
export function squaredLengths(rows: Numbers, d: number): Float64Array {
  return Float64Array.from({ length: rows.length / d }, (_, i) => dot(rows, i * d, rows, i * d, d));
}
