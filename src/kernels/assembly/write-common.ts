import { significantDigits, textOfSixteenDigits } from "./digits";
import { powerHigh } from "./powers-of-ten";
import { multiplyHigh } from "./wide";

const FRACTION: u64 = 0x000fffffffffffff;
const HIDDEN_BIT: u64 = 0x0010000000000000;
const POINT: u8 = 0x2e;
const ZERO: u8 = 0x30;
/** `0.000000` */
const ZEROS_BELOW_ONE: u64 = 0x303030303030_2e30;

/** The exponents, biased, of 2^−17 and of 2^29. */
const LEAST_EXPONENT: u32 = 1023 - 17;
const GREATEST_EXPONENT: u32 = 1023 + 29;

/** Returns whether a positive double is one that {@link writeCommon} writes: 2^−17 < x < 2^29, except powers of two. */
// @ts-ignore: decorator
@inline
export function isCommon(bits: u64): bool {
  const exponent = <u32>(bits >> 52);
  return exponent - LEAST_EXPONENT < GREATEST_EXPONENT - LEAST_EXPONENT && (bits & FRACTION) != 0;
}

/**
 * Writes the double nearest to most scores and distances: the shortest decimal that reads back to it, the nearest of several.
 *
 * The double is c·2^q, and 10^k ≤ 2^q < 10^(k+1), with −21 ≤ k ≤ −8: it is exactly (m + part/2^64)·10^k, because 10^−k and the
 * product with it fit into 64 and 128 bits. Decimals less than half of 2^q away read back to it. At most one multiple of
 * 10^(k+1) is among them, which is the shortest decimal; otherwise, it is the nearest multiple of 10^k. None is exactly half of
 * 2^q away, because (2c ± 1)·2^(q−1) is no multiple of 10^(k+1): q − 1 < k + 1, and 2c ± 1 is odd.
 * No branch depends on the digits: one that is predicted wrong costs as much as a third of the number.
 *
 * @param bits a positive double that {@link isCommon}.
 * @returns the end of the text. Up to 24 bytes from `out` on may be overwritten.
 * @see R. Giulietti, "The Schubfach way to render doubles", https://drive.google.com/file/d/1IEeATSVnEE6TkrHlCYNY2GjaraBjOT4f
 */
// @ts-ignore: decorator
@inline
export function writeCommon(bits: u64, out: usize): usize {
  const q = <i32>(bits >> 52) - 1075;
  const k = (q * 1262611) >> 22;
  const h = q + ((-k * 1741647) >> 19) + 1;
  const power = powerHigh(-k);
  const scaled = ((bits & FRACTION) | HIDDEN_BIT) << h;
  const m = multiplyHigh(power, scaled);
  const part = power * scaled;

  const upper = <u32>(m / 100_000_000);
  const lower = <u32>(m - <u64>upper * 100_000_000);
  const ones = lower % 10;
  // Distances in units of 10^k / 2^60, which are exact: at least 16 bits of `part` are zeros.
  const toLower = (<u64>ones << 60) | (part >> 4);
  const toUpper = (<u64>10 << 60) - toLower;
  const half = power >> (5 - h);
  const tens = lower - ones;
  const nearest = lower + <u32>(part + (lower & 1) > <u64>1 << 63);
  const rounded = toLower < half ? tens : toUpper < half ? tens + 10 : nearest;
  const carry = <u32>(rounded >= 100_000_000);
  const nine = upper + carry;
  const first = nine / 100_000_000;
  const others = textOfSixteenDigits(nine - first * 100_000_000, rounded - carry * 100_000_000);
  return place(out, first, others, significantDigits(others), k + 17);
}

/**
 * Writes d₀.d₁…d₁₆·10^(point − 1), whose first digit d₀ may be 0.
 *
 * @param length the number of digits d₁…d₁₆ up to the last one that is not 0. @param point from −4 to 9.
 */
// @ts-ignore: decorator
@inline
function place(out: usize, first: u32, others: v128, length: i32, point: i32): usize {
  if (point <= 0) {
    store<u64>(out, ZEROS_BELOW_ONE);
    out += 2 - point;
    store<u8>(out, ZERO + first);
    v128.store(out, others, 1);
    return out + 1 + length;
  }
  const behind = point - 1;
  store<u8>(out, ZERO + first);
  // A zero before other digits of an integer is overwritten.
  out += <usize>(first != 0 || behind == 0);
  const eight = <u64>i64x2.extract_lane(others, 0);
  store<u64>(out, eight);
  store<u64>(out + behind, eight >> (<u64>behind << 3), 1);
  store<u64>(out, i64x2.extract_lane(others, 1), 9);
  store<u8>(out + behind, POINT);
  return out + (length > behind ? length + 1 : behind);
}
