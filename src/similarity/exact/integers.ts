import type { Numbers } from "../../core/vectors.js";

/** A row as integers: component k is `digits[k] · 2^exponent`. */
export interface IntegerRow {
  readonly digits: readonly bigint[];
  readonly exponent: number;
}

/** Number of bits of a significand. */
const PRECISION = 53;
const MIN_EXPONENT = -1074;
const MAX_EXPONENT = 1023;

/** Returns a row as integers; `exponent` is that of a number of which each component is a multiple. */
export function integerRow(values: Numbers, start: number, d: number, exponent: number): IntegerRow {
  const digits = Array.from({ length: d }, (_, k) => integerOf(values[start + k], exponent));
  return { digits, exponent };
}

const double = new Float64Array(1);
const word = new BigUint64Array(double.buffer);

/** Returns `x / 2^exponent`, which must be an integer. */
function integerOf(x: number, exponent: number): bigint {
  double[0] = x;
  const biased = Number((word[0] >> 52n) & 0x7ffn);
  const fraction = word[0] & 0xfffffffffffffn;
  const shift = (biased === 0 ? 1 : biased) - 1075 - exponent;
  const significand = biased === 0 ? fraction : fraction | 0x10000000000000n;
  const size = shift >= 0 ? significand << BigInt(shift) : significand >> BigInt(-shift);
  return x < 0 ? -size : size;
}

/** Returns Σ x·y of integers. */
export function integerDot(x: readonly bigint[], y: readonly bigint[]): bigint {
  let sum = 0n;
  for (let k = 0; k < x.length; k++) if (x[k] !== 0n && y[k] !== 0n) sum += x[k] * y[k];
  return sum;
}

/** Returns Σ x of integers. */
export function integerSum(x: readonly bigint[]): bigint {
  let sum = 0n;
  for (const digits of x) sum += digits;
  return sum;
}

/** Returns the double nearest to `integer · 2^exponent`; of two, the even one. Infinity beyond the largest double. */
export function nearestDouble(integer: bigint, exponent: number): number {
  const size = integer < 0n ? -integer : integer;
  const nearest = nearestSize(size, exponent, false);
  // A difference, because it is never −0.
  return integer < 0n ? 0 - nearest : nearest;
}

/** Returns the double nearest to `sqrt(numerator / denominator) · 2^exponent`, for a numerator ≥ 0 and a denominator > 0. */
export function nearestRoot(numerator: bigint, denominator: bigint, exponent: number): number {
  if (numerator === 0n) return 0;
  // At least 2·PRECISION + 4 bits, so that the root has 2 bits more than a double.
  const missing = 2 * PRECISION + 4 - (bitsOf(numerator) - bitsOf(denominator));
  const shift = missing > 0 ? missing + (missing % 2) : 0;
  const scaled = numerator << BigInt(shift);
  const square = scaled / denominator;
  const root = integerRoot(square);
  const isInexact = root * root !== square || square * denominator !== scaled;
  return nearestSize(root, exponent - shift / 2, isInexact);
}

/**
 * Returns the double nearest to `size · 2^exponent`, or to a number less than 2^exponent above it.
 *
 * @param isInexact whether the number is above; then `size` has more than 54 bits.
 */
function nearestSize(size: bigint, exponent: number, isInexact: boolean): number {
  const dropped = Math.max(bitsOf(size) - PRECISION, MIN_EXPONENT - exponent);
  if (dropped <= 0) return powered(Number(size), exponent);
  const unit = 1n << BigInt(dropped);
  const rest = size & (unit - 1n);
  let digits = size >> BigInt(dropped);
  const isAbove = 2n * rest > unit || (2n * rest === unit && (isInexact || (digits & 1n) === 1n));
  if (isAbove) digits++;
  return powered(Number(digits), exponent + dropped);
}

/** Returns `digits · 2^exponent`, for an exponent of at least −1074; Infinity beyond the largest double. */
function powered(digits: number, exponent: number): number {
  if (exponent > MAX_EXPONENT) return digits === 0 ? 0 : Number.POSITIVE_INFINITY;
  return digits * 2 ** exponent;
}

const bitsOf = (size: bigint): number => size.toString(2).length;

/** Returns ⌊sqrt(square)⌋ by Newton's method, which descends to it from any larger number. */
function integerRoot(square: bigint): bigint {
  let root = 1n << BigInt(Math.ceil(bitsOf(square) / 2));
  for (;;) {
    const next = (root + square / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}
