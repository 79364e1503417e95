import { all, type BigNumber, create } from "mathjs";
import { nextAbove, nextBelow, scaledInteger } from "../similarity/rationals.js";

/** Numbers with 120 digits: the truth that results are measured against. */

const math = create(all, { number: "BigNumber", precision: 120 });

export type Big = BigNumber;

/** Returns a quotient of integers of any length, rounded to 120 digits. */
export const quotient = (numerator: bigint, denominator: bigint): Big =>
  math.bignumber(`${numerator}`).div(math.bignumber(`${denominator}`));

/** The number of units in which {@link scaledInteger} counts: 2^1074. */
export const UNITS = 1n << 1074n;

/** Returns a double as it is: its exact value, not its shortest decimal text. */
export const big = (x: number): Big =>
  Number.isSafeInteger(x) ? math.bignumber(`${x}`) : quotient(scaledInteger(x), UNITS);

export const [ZERO, ONE] = [big(0), big(1)];
export const PI = math.bignumber(-1).acos();

export const sumOf = (terms: readonly Big[]): Big => terms.reduce((sum, term) => sum.plus(term), ZERO);
export const meanOf = (terms: readonly Big[]): Big => sumOf(terms).div(terms.length);
export const largest = (terms: readonly Big[]): Big => terms.reduce((x, y) => (x.gt(y) ? x : y));
export const smallest = (terms: readonly Big[]): Big => terms.reduce((x, y) => (x.lt(y) ? x : y));
/** Returns max(x, 0). */
export const positivePart = (x: Big): Big => (x.gt(0) ? x : ZERO);

/**
 * Returns the error of a double in units in the last place: the distance of the two doubles around the true value. A rounding to nearest
 * has an error of at most 0.5. Infinity if the double is not finite, or if the true value is 0 and it is not.
 */
export function ulpsOff(found: number, truth: Big): number {
  if (!Number.isFinite(found)) return Number.POSITIVE_INFINITY;
  if (truth.isZero()) return found === 0 ? 0 : Number.POSITIVE_INFINITY;
  const size = Math.abs(Number(truth.toString()));
  const neighbour = truth.abs().lt(big(size)) ? nextBelow(size) : nextAbove(size);
  return truth
    .minus(big(found))
    .abs()
    .div(big(Math.abs(neighbour - size)))
    .toNumber();
}
