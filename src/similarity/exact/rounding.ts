import { type Pair, SPLITTER } from "./pair-sums.js";

const UNIT_ROUNDOFF = Number.EPSILON / 2;

/**
 * Returns the double nearest to every number within `error` of the sum of two doubles; NaN if there is no such double,
 * because a number halfway between two doubles is within the error.
 */
export function nearestWithin(high: number, low: number, error: number): number {
  const rounded = high + low;
  const added = rounded - high;
  const rest = high - (rounded - added) + (low - added);
  // Both ends are moved outwards by more than the rounding errors of their computation.
  const margin = error * (1 + 4 * Number.EPSILON) + Math.abs(rest) * Number.EPSILON;
  return rounded + (rest + margin) === rounded && rounded + (rest - margin) === rounded ? rounded : Number.NaN;
}

/** The relative error of {@link pairRoot} and {@link pairQuotient} is at most this. */
export const PAIR_ERROR = 32 * UNIT_ROUNDOFF * UNIT_ROUNDOFF;

/** Replaces a positive sum of two doubles by its square root: a correction of the root of the first one. */
export function pairRoot(pair: Pair): void {
  const square = pair[0] + pair[1];
  const rest = pair[0] - square + pair[1];
  const root = Math.sqrt(square);
  pair[1] = (square - root * root - errorOfProduct(root, root, root * root) + rest) / (2 * root);
  pair[0] = root;
}

/** Replaces the sum of two doubles by its quotient with another sum of two doubles. */
export function pairQuotient(pair: Pair, high: number, low: number): void {
  const numerator = pair[0] + pair[1];
  const added = numerator - pair[0];
  const rest = pair[0] - (numerator - added) + (pair[1] - added);
  const quotient = numerator / high;
  const product = quotient * high;
  const remainder = numerator - product - errorOfProduct(quotient, high, product) + rest - quotient * low;
  pair[0] = quotient;
  pair[1] = remainder / high;
}

/** Returns `x·y − product`, where `product` is the rounded product. */
export function errorOfProduct(x: number, y: number, product: number): number {
  const ofX = SPLITTER * x;
  const ofY = SPLITTER * y;
  const highOfX = ofX - (ofX - x);
  const highOfY = ofY - (ofY - y);
  const lowOfX = x - highOfX;
  const lowOfY = y - highOfY;
  return lowOfX * lowOfY - (product - highOfX * highOfY - lowOfX * highOfY - highOfX * lowOfY);
}

/** Results between these bounds are doubles with all digits. */
const MIN_NORMAL = 2 ** -1000;
const MAX_NORMAL = 2 ** 1000;

/** Returns `x / 2^shift`; NaN where that may need another rounding. */
export function unscaled(x: number, shift: number): number {
  // The sum turns −0 into 0.
  if (shift === 0 || x === 0) return x + 0;
  const half = Math.trunc(shift / 2);
  const result = x * 2 ** -half * 2 ** (half - shift);
  const size = Math.abs(result);
  return size > MIN_NORMAL && size < MAX_NORMAL ? result : Number.NaN;
}
