import type { Numbers } from "../../core/vectors.js";

/**
 * Sums over the components of two rows as an unevaluated sum of two doubles, `out[0] + out[1]`: about twice the digits of a
 * double. Let u = 2^−53, d the number of components and S the sum of the absolute values of the terms. The error is at
 * most 2(d + 8)²u²·S, plus 2^−1068·d where products underflow.
 *
 * Each sum of two doubles is split into its rounded value and its rounding error, which is a double (TwoSum), and likewise
 * each product (TwoProduct; JavaScript has no fused multiply-add, so that factors are split into halves of 26 bits first).
 * `out[1]` sums at most d errors of sums, each at most u(1 + du)·S, and errors of products, in all at most u·S. Its own
 * rounding errors are at most (d + 2)u times that, so (d + 2)²u²·S(1 + 2du). The terms of shifted rows and of squares of
 * differences add up to 4u² for each component.
 *
 * @see T. Ogita, S. M. Rump, S. Oishi, "Accurate sum and dot product", https://doi.org/10.1137/030601818
 */
export type Pair = Float64Array;

/** Multiplied with this, 2^27 + 1, a double is split into two halves of at most 26 bits. */
export const SPLITTER = 2 ** 27 + 1;

/** Returns a factor for error bounds, 2(d + 8)²u². */
export function shareOfError(d: number): number {
  return 2 * ((d + 8) * (Number.EPSILON / 2)) ** 2;
}

/** Returns Σ x·y in doubles: exact where every product and every sum is a double. */
export function plainDot(a: Numbers, aStart: number, b: Numbers, bStart: number, d: number): number {
  let sum = 0;
  for (let k = 0; k < d; k++) sum += a[aStart + k] * b[bStart + k];
  return sum;
}

/** Computes Σ (x − shift), for |shift| ≤ 2 max |x|. */
export function pairSum(a: Numbers, start: number, d: number, shift: number, out: Pair): void {
  let sum = 0;
  let rest = 0;
  for (let k = start; k < start + d; k++) {
    const x = a[k];
    const term = x - shift;
    const back = term - x;
    const next = sum + term;
    const added = next - sum;
    rest += sum - (next - added) + (term - added) + (x - (term - back) - (shift + back));
    sum = next;
  }
  out[0] = sum;
  out[1] = rest;
}

/** Computes Σ x·y of rows whose products are doubles, such as those of float32 numbers. */
export function pairDotOfShort(a: Numbers, aStart: number, b: Numbers, bStart: number, d: number, out: Pair): void {
  let sum = 0;
  let rest = 0;
  for (let k = 0; k < d; k++) {
    const product = a[aStart + k] * b[bStart + k];
    const next = sum + product;
    const added = next - sum;
    rest += sum - (next - added) + (product - added);
    sum = next;
  }
  out[0] = sum;
  out[1] = rest;
}

/** Computes Σ x·y of rows within 2^±400. */
export function pairDot(a: Numbers, aStart: number, b: Numbers, bStart: number, d: number, out: Pair): void {
  let sum = 0;
  let rest = 0;
  for (let k = 0; k < d; k++) {
    const x = a[aStart + k];
    const y = b[bStart + k];
    const ofX = SPLITTER * x;
    const ofY = SPLITTER * y;
    const highOfX = ofX - (ofX - x);
    const highOfY = ofY - (ofY - y);
    const lowOfX = x - highOfX;
    const lowOfY = y - highOfY;
    const product = x * y;
    const error = lowOfX * lowOfY - (product - highOfX * highOfY - lowOfX * highOfY - highOfX * lowOfY);
    const next = sum + product;
    const added = next - sum;
    rest += sum - (next - added) + (product - added) + error;
    sum = next;
  }
  out[0] = sum;
  out[1] = rest;
}

/**
 * Computes Σ (x − ofA)·(y − ofB) of rows within 2^±400. S is the sum of the products of the absolute values of the rounded
 * differences.
 */
export function pairDotOfShifted(
  a: Numbers,
  aStart: number,
  ofA: number,
  b: Numbers,
  bStart: number,
  ofB: number,
  d: number,
  out: Pair,
): void {
  let sum = 0;
  let rest = 0;
  for (let k = 0; k < d; k++) {
    const x0 = a[aStart + k];
    const y0 = b[bStart + k];
    const x = x0 - ofA;
    const y = y0 - ofB;
    const backOfX = x - x0;
    const backOfY = y - y0;
    const restOfX = x0 - (x - backOfX) - (ofA + backOfX);
    const restOfY = y0 - (y - backOfY) - (ofB + backOfY);
    const ofX = SPLITTER * x;
    const ofY = SPLITTER * y;
    const highOfX = ofX - (ofX - x);
    const highOfY = ofY - (ofY - y);
    const lowOfX = x - highOfX;
    const lowOfY = y - highOfY;
    const product = x * y;
    const error = lowOfX * lowOfY - (product - highOfX * highOfY - lowOfX * highOfY - highOfX * lowOfY);
    const next = sum + product;
    const added = next - sum;
    rest += sum - (next - added) + (product - added) + (error + (x * restOfY + y * restOfX));
    sum = next;
  }
  out[0] = sum;
  out[1] = rest;
}

/** Computes Σ (x − y)² of rows within 2^±400. */
export function pairSquares(a: Numbers, aStart: number, b: Numbers, bStart: number, d: number, out: Pair): void {
  let sum = 0;
  let rest = 0;
  for (let k = 0; k < d; k++) {
    const x = a[aStart + k];
    const y = b[bStart + k];
    const difference = x - y;
    const back = difference - x;
    const restOfDifference = x - (difference - back) - (y + back);
    const split = SPLITTER * difference;
    const high = split - (split - difference);
    const low = difference - high;
    const square = difference * difference;
    const error = low * low - (square - high * high - 2 * (low * high));
    const next = sum + square;
    const added = next - sum;
    rest += sum - (next - added) + (square - added) + (error + 2 * difference * restOfDifference);
    sum = next;
  }
  out[0] = sum;
  out[1] = rest;
}

/** Computes Σ |x − y| of rows below 2^1000. No rounding error of a difference is lost to underflow. */
export function pairDistances(a: Numbers, aStart: number, b: Numbers, bStart: number, d: number, out: Pair): void {
  let sum = 0;
  let rest = 0;
  for (let k = 0; k < d; k++) {
    const x = a[aStart + k];
    const y = b[bStart + k];
    const difference = x - y;
    const back = difference - x;
    const error = x - (difference - back) - (y + back);
    const term = Math.abs(difference);
    const next = sum + term;
    const added = next - sum;
    rest += sum - (next - added) + (term - added) + (difference < 0 ? -error : error);
    sum = next;
  }
  out[0] = sum;
  out[1] = rest;
}
