import { equalRows, nearOne } from "../kernels/equal-rows.js";
import { dot } from "../kernels/product.js";
import type { ScoredMatrix } from "../scores.js";
import type { Numbers } from "../vectors.js";
import { clip } from "./cosine.js";

/**
 * The cosines of unit rows one by one, each summed in the order of its components: 1 exactly where rows are equal.
 *
 * Two sums of the same d products differ by at most 2·d·u in all for unit rows, u being half the machine epsilon
 * (Higham, Accuracy and Stability of Numerical Algorithms, 3.1); products of float32 rows are summed in float32.
 *
 * @param a n×d. @param b m×d.
 */
export function exactCosine(a: Numbers, b: Numbers, d: number): Pick<ScoredMatrix, "nearer" | "exact" | "slack"> {
  const slack = 2 * (d + 8) * (a instanceof Float64Array ? Number.EPSILON : 2 ** -23);
  const near = nearOne(d, a);
  return {
    nearer: "greater",
    exact(i, j) {
      const product = dot(a, i * d, b, j * d, d);
      return product > near && equalRows(a, i, b, j, d) ? 1 : clip(product);
    },
    slack: () => slack,
  };
}
