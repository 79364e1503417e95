import type { Numbers } from "../../core/vectors.js";
import { squaredLengths } from "../../kernels/product.js";
import { type Metric, type Slack, sumSlack } from "./metric.js";

/**
 * Returns the dot product, `Σ aᵢbᵢ`, of two vectors with d components. Intermediate results may overflow; the result is
 * not finite only if the dot product itself is larger than any double.
 *
 * @see https://en.wikipedia.org/wiki/Dot_product
 */
function dotAt(a: Numbers, aStart: number, b: Numbers, bStart: number, d: number): number {
  let sum = 0;
  for (let k = 0; k < d; k++) sum += a[aStart + k] * b[bStart + k];
  if (Number.isFinite(sum)) return sum;
  sum = 0;
  for (let k = 0; k < d; k++) sum += a[aStart + k] * HALF_RANGE * (b[bStart + k] * HALF_RANGE);
  return sum / HALF_RANGE / HALF_RANGE;
}

/** After scaling by this factor, all products and their sum are finite. It is a power of two, so scaling is exact. */
const HALF_RANGE = 2 ** -530;

/** Returns the error bound of unit rows, multiplied by the lengths of both rows. */
function dotSlack(a: Numbers, b: Numbers, d: number): Slack {
  const share = sumSlack(d, a);
  let lengths: { readonly ofRows: Float64Array; readonly longest: number } | null = null;
  return (row) => {
    lengths ??= {
      ofRows: squaredLengths(a, d).map(Math.sqrt),
      longest: squaredLengths(b, d).reduce((longest, square) => Math.max(longest, Math.sqrt(square)), 0),
    };
    return share * lengths.ofRows[row] * lengths.longest;
  };
}

export const dot: Metric = {
  name: "dot",
  title: "dot product",
  nearer: "greater",
  range: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
  at: dotAt,
  direction: null,
  accumulate: "multiply",
  finish: null,
  slack: dotSlack,
};
