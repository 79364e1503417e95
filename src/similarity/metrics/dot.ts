import type { Numbers } from "../../core/vectors.js";
import { squaredLengths } from "../../kernels/product.js";
import { type Metric, type Slack, sumSlack } from "./metric.js";

/**
 * The dot product, `Σ aᵢbᵢ`, of two vectors of d components.
 *
 * @returns any number; not finite only where it is beyond the doubles, though its parts may be.
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

/** Products of numbers scaled by this are finite, and so is their sum. A power of two, so nothing is rounded. */
const HALF_RANGE = 2 ** -530;

/** The error bound of unit rows, times both lengths. */
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
