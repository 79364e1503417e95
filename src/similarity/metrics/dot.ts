import type { Numbers } from "../../core/vectors.js";
import { squaredLengths } from "../../kernels/product.js";
import { dotScores } from "../exact/dot-scores.js";
import { LEAST_ERROR, type Metric, type Slack, sumSlack } from "./metric.js";

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

/** More than the error of a product of float32 numbers that underflows. */
const LEAST_FLOAT_ERROR = 2 ** -148;

/** Returns the error bound of unit rows, multiplied by the lengths of both rows, plus that of products that underflow. */
function dotSlack(a: Numbers, b: Numbers, d: number): Slack {
  const share = sumSlack(d, a);
  const least = a instanceof Float64Array ? LEAST_ERROR : LEAST_FLOAT_ERROR;
  let lengths: { readonly ofRows: Float64Array; readonly longest: number } | null = null;
  return (row) => {
    lengths ??= {
      ofRows: lengthsOf(a, d),
      longest: lengthsOf(b, d).reduce((longest, length) => Math.max(longest, length), 0),
    };
    return share * lengths.ofRows[row] * lengths.longest + d * least;
  };
}

/** Squares in this range have not lost digits to underflow. */
const MIN_SQUARE = 2 ** -900;

/** Returns the length of each row, at most the largest double. */
function lengthsOf(rows: Numbers, d: number): Float64Array {
  return squaredLengths(rows, d).map((square, i) => {
    if (square >= MIN_SQUARE && square < Number.POSITIVE_INFINITY) return Math.sqrt(square);
    let largest = 0;
    for (let k = i * d; k < (i + 1) * d; k++) largest = Math.max(largest, Math.abs(rows[k]));
    return Math.min(Number.MAX_VALUE, largest * Math.sqrt(d));
  });
}

export const dot: Metric = {
  name: "dot",
  title: "dot product",
  nearer: "greater",
  range: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
  at: dotAt,
  exact: dotScores,
  direction: null,
  accumulate: "multiply",
  finish: null,
  slack: dotSlack,
};
