import { LEAST_POWER, powerHigh, powerLow } from "./powers-of-ten";
import { multiplyHigh } from "./wide";

export const MANTISSA_BITS: u32 = 52;
/** The bits of a 64-bit product that are always below the mantissa and the rounding bit. */
const UNDECIDED: u64 = 0x1ff;
/** 10^309 is larger than every double. */
const GREATEST_FINITE: i32 = 308;
const INFINITE_EXPONENT: i32 = 0x7ff;

/**
 * Returns the double nearest to w·10^q, ties to even, by the algorithm of Eisel and Lemire.
 *
 * One product of w and the leading bits of 10^q is almost always enough; 128 bits of the power are always enough.
 *
 * @param w up to 19 decimal digits.
 * @returns its bits, without a sign; those of infinity beyond 1.8e308.
 * @see D. Lemire, "Number parsing at a gigabyte per second", https://arxiv.org/abs/2101.11408, and N. Mushtak,
 * D. Lemire, "Fast number parsing without fallback", https://arxiv.org/abs/2212.06644
 */
export function nearestDouble(w: u64, q: i32): u64 {
  if (w == 0 || q < LEAST_POWER) return 0;
  if (q > GREATEST_FINITE) return <u64>INFINITE_EXPONENT << MANTISSA_BITS;
  const shift = <i32>clz<u64>(w);
  const significand = w << shift;
  let high = powerHigh(q);
  let low = high * significand;
  high = multiplyHigh(high, significand);
  // The rest of the power can carry into the mantissa only when all bits below it are ones.
  if ((high & UNDECIDED) == UNDECIDED) {
    const rest = multiplyHigh(roundedLow(q), significand);
    low += rest;
    if (low < rest) high++;
  }
  const upper = <i32>(high >> 63);
  const surplus = upper + 64 - <i32>MANTISSA_BITS - 3;
  let mantissa = high >> surplus;
  let exponent = exponentOf(q) + upper - shift;
  if (exponent <= 0) {
    // Subnormal: fewer bits of the mantissa are left, the last of them rounded.
    if (1 - exponent >= 64) return 0;
    mantissa >>= 1 - exponent;
    mantissa += mantissa & 1;
    mantissa >>= 1;
    // A mantissa that is rounded up to 2^52 is a normal number, and reads as one.
    return mantissa;
  }
  // Halfway cases exist only where 5^q divides, or is divided by, a number of 64 bits.
  if (low <= 1 && q >= -4 && q <= 23 && (mantissa & 3) == 1 && mantissa << surplus == high) mantissa &= ~1;
  mantissa += mantissa & 1;
  mantissa >>= 1;
  if (mantissa >= <u64>2 << MANTISSA_BITS) {
    mantissa = <u64>1 << MANTISSA_BITS;
    exponent++;
  }
  if (exponent >= INFINITE_EXPONENT) return <u64>INFINITE_EXPONENT << MANTISSA_BITS;
  return (mantissa & ~(<u64>1 << MANTISSA_BITS)) | (<u64>exponent << MANTISSA_BITS);
}

/** Returns the exponent that 10^q gives to a double, biased, and for a significand of 64 bits: ⌊q·log2(10)⌋ + 63 + 1023. */
// @ts-ignore: decorator
@inline
export function exponentOf(q: i32): i32 {
  return ((217706 * q) >> 16) + 63 + 1023;
}

/** The reciprocals of small powers of five are rounded up, as the proof of the algorithm has them. */
// @ts-ignore: decorator
@inline
function roundedLow(q: i32): u64 {
  return powerLow(q) + <u64>(q < 0 && q >= -27);
}
