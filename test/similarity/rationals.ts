/** Correct rounding by definition, in rational arithmetic: a double is the nearest one if no midpoint lies between. */

const SCALE = 1074;

/** Returns `x · 2^1074`, which is an integer for every double. */
export function scaledInteger(x: number): bigint {
  let [integer, doublings] = [x, 0];
  while (!Number.isInteger(integer)) {
    integer *= 2;
    doublings++;
  }
  return BigInt(integer) << BigInt(SCALE - doublings);
}

const words = new BigInt64Array(1);
const double = new Float64Array(words.buffer);

/** Returns the next double above a double. */
export function nextAbove(x: number): number {
  if (x === 0) return Number.MIN_VALUE;
  double[0] = x;
  words[0]! += x > 0 ? 1n : -1n;
  return double[0]!;
}

export const nextBelow = (x: number): number => -nextAbove(-x);

/** The sign of a number minus `middle / 2^1075`. */
export type Compare = (middle: bigint) => number;

const signOf = (x: bigint): number => (x > 0n ? 1 : x < 0n ? -1 : 0);

/** The number `numerator / (denominator · 2^(1074·powers))`, for a positive denominator. */
export function rational(numerator: bigint, denominator: bigint, powers: number): Compare {
  const scaled = numerator << BigInt(SCALE + 1);
  const unit = denominator << BigInt(SCALE * powers);
  return (middle) => signOf(scaled - middle * unit);
}

/** The number `sign · sqrt(square)`, for a square that is a fraction as in {@link rational}. */
export function rootOf(sign: number, numerator: bigint, denominator: bigint, powers: number): Compare {
  const scaled = numerator << BigInt(2 * (SCALE + 1));
  const unit = denominator << BigInt(SCALE * powers);
  return (middle) => {
    if (sign === 0 || middle === 0n || sign !== signOf(middle)) return sign - signOf(middle);
    return sign * signOf(scaled - middle * middle * unit);
  };
}

/** Returns whether a double is the one nearest to a number; of two that are as near, the even one. */
export function isNearest(found: number, compare: Compare): boolean {
  if (Number.isNaN(found) || Object.is(found, -0)) return false;
  double[0] = found;
  const isEven = (words[0]! & 1n) === 0n;
  // The integers are doubles times 2^1074, so their sum is the midpoint times 2^1075.
  const integer = (x: number) => (Number.isFinite(x) ? scaledInteger(x) : BigInt(Math.sign(x)) << BigInt(SCALE + 1024));
  const fromBelow = found === -Infinity ? 1 : compare(integer(nextBelow(found)) + integer(found));
  const fromAbove = found === Infinity ? -1 : compare(integer(nextAbove(found)) + integer(found));
  return (fromBelow > 0 || (fromBelow === 0 && isEven)) && (fromAbove < 0 || (fromAbove === 0 && isEven));
}
