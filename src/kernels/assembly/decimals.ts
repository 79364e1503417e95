import { powerHigh } from "./powers-of-ten";
import { exponentOf, MANTISSA_BITS, nearestDouble } from "./read-double";
import { multiplyHigh } from "./wide";

/** Bytes of a decimal ±w·10^q: w in 8 bytes, then 2q, and 1 more if it is negative, in 4 bytes. */
export const DECIMAL_BYTES: usize = 16;

/** Half a unit of the last bit of the mantissa in a word of the bits below it, and the most that the last bit of them is worth. */
const HALF: u64 = 1 << 63;
const LAST_BIT: u64 = 1 << 54;

// @ts-ignore: decorator
@inline
export function storeDecimal(at: usize, w: u64, q: i32, negative: i32): void {
  store<u64>(at, w);
  store<i32>(at, 2 * q + negative, 8);
}

/**
 * Writes the doubles nearest to decimals, ties to even: the algorithm of {@link nearestDouble}, without a branch that depends
 * on the digits except in rare cases.
 *
 * @param at, end decimals that are 0 or normal doubles, with q from −250 to 250.
 * @returns the end of the doubles.
 */
export function roundDecimals(at: usize, end: usize, out: usize): usize {
  while (true) {
    // The compiler keeps all variables of this loop in registers, because it has no calls.
    for (; at < end; at += DECIMAL_BYTES, out += 8) {
      const w = load<u64>(at);
      const scale = load<i32>(at, 8);
      const q = scale >> 1;
      const shift = clz<u64>(w);
      const high = multiplyHigh(powerHigh(q), w << shift);
      // The exact product is up to two units larger, and the conversion leaves one unit out.
      const rest = high << (54 - (high >> 63));
      if (rest - (HALF - 2 * LAST_BIT) <= 3 * LAST_BIT) break;
      // Signed numbers of 63 bits convert in one instruction, which rounds.
      const exponent = <u64>(exponentOf(q) - 61) - shift;
      const power = (<u64>(scale & 1) << 63) | (exponent << MANTISSA_BITS);
      store<f64>(out, <f64>(<i64>(high >> 1)) * reinterpret<f64>(power));
    }
    if (at >= end) return out;
    // Near the middle between two doubles, more bits of the power or the rule for ties decide.
    const scale = load<i32>(at, 8);
    store<u64>(out, nearestDouble(load<u64>(at), scale >> 1) | (<u64>(scale & 1) << 63));
    at += DECIMAL_BYTES;
    out += 8;
  }
}
