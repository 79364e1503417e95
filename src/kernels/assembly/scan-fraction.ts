import { DECIMAL_BYTES, roundDecimals, storeDecimal } from "./decimals";
import { joinSixteen, joinThree, ZEROS } from "./digits";

/** The address after the separator of the last number that {@link scanFractions} read. */
export let fractionsEnd: usize = 0;

/** Numbers of one pass: their decimals stay in the first-level cache. */
const AT_ONCE: usize = 256;
const MINUS: u8 = 0x2d;
const PLUS: u8 = 0x2b;
const POINT: u8 = 0x2e;
const EXPONENT: u8 = 0x65;
/** The text `0.`, as a word. */
const ZERO_POINT: u32 = 0x2e30;

/** 32 bytes of zeros, then 32 of ones: the 32 bytes from byte f on are a mask of the last f of 32 bytes. */
const LAST_BYTES: usize = memory.data<u64>([0, 0, 0, 0, -1, -1, -1, -1]);

/**
 * For 16 bytes before the last 16 digits: 3 digits, and only zeros before them. A sum with a digit that may not be there has
 * the top bit set.
 */
const UPPER_LIMITS: usize = memory.data<u64>([0x7f7f7f7f7f7f7f7f, 0x7676767f7f7f7f7f]);
/** The same for the last 16 digits. */
const LIMIT: i8 = 0x76;

/** Text whose separator is at most 32 bytes away has from −8 to 31 decimals; numbers have 1 to 24. */
const LEAST_DECIMALS: i32 = -8;
/** How many digits from 0 on may be before f decimals, so that all digits are a number below 2^64; f from −8 on. */
const FIRST_DIGITS: usize = memory.data<u8>([
  0, 0, 0, 0, 0, 0, 0, 0, 0, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 1, 1, 1, 1, 1, 1, 0, 0,
  0, 0, 0, 0, 0,
]);
/** 10^f for f decimals, from −8 on; 0 where it is not needed. */
const LEADING: usize = memory.data<u64>([
  0, 0, 0, 0, 0, 0, 0, 0, 1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000,
  10_000_000_000, 100_000_000_000, 1_000_000_000_000, 10_000_000_000_000, 100_000_000_000_000, 1_000_000_000_000_000,
  10_000_000_000_000_000, 100_000_000_000_000_000, 1_000_000_000_000_000_000, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
]);

/** Returns whether a digit and a point may begin at `p`. */
// @ts-ignore: decorator
@inline
export function beginsFraction(p: usize): bool {
  return load<u8>(p + <usize>(load<u8>(p) == MINUS), 1) == POINT;
}

/**
 * Reads numbers of the most common form of components, such as −0.0123 or 1.23e-05: one digit, a point, and up to 24 decimals,
 * each number followed by a separator and at once by the next.
 *
 * @param p the start of a number; the 32 bytes before it, and 64 bytes from each number on, must be readable.
 * @param out, end memory for the numbers.
 * @param decimals memory for {@link takeDecimals}, 4 KB.
 * @returns where the next number goes. `fractionsEnd` is where it is, which may be the start of another form of text.
 */
export function scanFractions(p: usize, separator: u32, out: usize, end: usize, decimals: usize): usize {
  fractionsEnd = p;
  while (true) {
    const limit = decimals + DECIMAL_BYTES * min(AT_ONCE, (end - out) >> 3);
    const taken = takeDecimals(fractionsEnd, separator, decimals, limit);
    out = roundDecimals(decimals, taken, out);
    if (taken < limit || out == end) return out;
  }
}

/**
 * Reads numbers as decimals, which are rounded later: a processor has several numbers in progress when each takes few
 * instructions.
 *
 * No branch depends on the digits or their number, because a mispredicted branch takes as long as a number. A number is stored
 * before it is known to be one, so that all constants are set before the loop.
 *
 * @param at, end memory for the decimals.
 * @returns the end of the decimals; `fractionsEnd` is set.
 * @see W. Muła, "SIMD-ized parsing of series of integers", http://0x80.pl/articles/simd-parsing-int-sequences.html
 */
function takeDecimals(p: usize, separator: u32, at: usize, end: usize): usize {
  const separators = i8x16.splat(<u8>separator);
  const limits = v128.load(UPPER_LIMITS);
  do {
    const start = p;
    const negative = <i32>(load<u8>(p) == MINUS);
    p += distanceTo(separators, p) + 1;
    let tail = p - 33;
    let decimals = <i32>(p - start) - 3 - negative;
    let q = 0;
    if (load<u8>(tail, 28) == EXPONENT) {
      const sign = load<u8>(tail, 29);
      const tens = <u32>load<u8>(tail, 30) - 0x30;
      const ones = <u32>load<u8>(tail, 31) - 0x30;
      q = 10 * tens + ones;
      if (sign == MINUS) q = -q;
      tail -= 4;
      decimals = max(tens, ones) > 9 || (sign != MINUS && sign != PLUS) ? LEAST_DECIMALS : decimals - 4;
    }
    const first = <u32>load<u16>(start + negative) - ZERO_POINT;
    const mask = LAST_BYTES + decimals;
    const upper = v128.and(v128.xor(v128.load(tail), i64x2.splat(ZEROS)), v128.load(mask));
    const lower = v128.and(v128.xor(v128.load(tail, 16), i64x2.splat(ZEROS)), v128.load(mask, 16));
    const high = joinThree(i64x2.extract_lane(upper, 1) >> 40);
    const leading = first * load<u64>(LEADING + 8 * (decimals - LEAST_DECIMALS));
    storeDecimal(at, leading + high * 10_000_000_000_000_000 + joinSixteen(lower), q - decimals, negative);

    const beyond = v128.or(i8x16.add_sat_u(upper, limits), i8x16.add_sat_u(lower, i8x16.splat(LIMIT)));
    const isOther = first >= <u32>load<u8>(FIRST_DIGITS + (decimals - LEAST_DECIMALS));
    if (i8x16.bitmask(beyond) | <i32>isOther) {
      fractionsEnd = start;
      return at;
    }
    at += DECIMAL_BYTES;
  } while (at < end);
  fractionsEnd = p;
  return at;
}

/** Returns the number of bytes at `p` before the first `byte` (a vector of 16 copies); 32 when it is not among the next 32. */
// @ts-ignore: decorator
@inline
function distanceTo(byte: v128, p: usize): i32 {
  const near = i8x16.bitmask(i8x16.eq(v128.load(p), byte));
  const far = i8x16.bitmask(i8x16.eq(v128.load(p, 16), byte));
  return <i32>ctz<u32>(near | (far << 16));
}
