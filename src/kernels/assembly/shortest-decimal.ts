import { isExactPower, powerHigh, powerLow } from "./powers-of-ten";
import { multiplyHigh, multiplyWide, wideHigh } from "./wide";

/** The decimal exponent of the last {@link shortestDecimal}. */
export let decimalExponent: i32 = 0;

/**
 * Returns d of the shortest decimal d·10^k that reads back to a positive finite double, the nearest of several: Schubfach.
 * `decimalExponent` is set to k.
 *
 * @see R. Giulietti, "The Schubfach way to render doubles", https://drive.google.com/file/d/1IEeATSVnEE6TkrHlCYNY2GjaraBjOT4f
 */
export function shortestDecimal(bits: u64): u64 {
  const fraction = bits & 0x000fffffffffffff;
  const biased = <i32>(bits >> 52);
  // The double is c·2^q. Decimals up to half the way to each neighbour read back to it, with both ends if c is even.
  const c = biased == 0 ? fraction : fraction | 0x0010000000000000;
  const q = (biased == 0 ? 1 : biased) - 1075;
  const outside = c & 1;
  const isPowerOfTwo = fraction == 0 && biased > 1;
  const toLower = 4 * c - 2 + <u64>isPowerOfTwo;
  const toUpper = 4 * c + 2;

  const k = (q * 1262611 - (isPowerOfTwo ? 524031 : 0)) >> 22;
  const h = q + ((-k * 1741647) >> 19) + 1;
  // The significand of 10^−k, rounded up.
  const inexact = <u64>!isExactPower(-k);
  const low = powerLow(-k) + inexact;
  const high = powerHigh(-k) + <u64>(low < inexact);
  const scaledLower = roundToOdd(high, low, toLower << h);
  const scaled = roundToOdd(high, low, (4 * c) << h);
  const scaledUpper = roundToOdd(high, low, toUpper << h);
  const lower = scaledLower + outside;
  const upper = scaledUpper - outside;

  const s = scaled >> 2;
  if (s >= 10) {
    const tens = s / 10;
    const downInside = lower <= 40 * tens;
    const upInside = 40 * tens + 40 <= upper;
    if (downInside != upInside) {
      decimalExponent = k + 1;
      return tens + <u64>upInside;
    }
  }
  decimalExponent = k;
  const downInside = lower <= 4 * s;
  const upInside = 4 * s + 4 <= upper;
  if (downInside != upInside) return s + <u64>upInside;
  const middle = 4 * s + 2;
  return s + <u64>(scaled > middle || (scaled == middle && (s & 1) != 0));
}

/** Returns ⌊g·x / 2^128⌋ for a 128-bit g, with the last bit set when the remainder is not 0. */
// @ts-ignore: decorator
@inline
function roundToOdd(high: u64, low: u64, x: u64): u64 {
  const carried = multiplyHigh(low, x);
  let middle = multiplyWide(high, x);
  let top = wideHigh;
  middle += carried;
  if (middle < carried) top++;
  return top | <u64>(middle > 1);
}
