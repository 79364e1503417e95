export const ZEROS: u64 = 0x3030303030303030;
const HIGH_NIBBLES: u64 = 0xf0f0f0f0f0f0f0f0;

/** Returns whether eight bytes of text, the first one lowest, are all decimal digits. */
// @ts-ignore: decorator
@inline
export function areEightDigits(bytes: u64): bool {
  return ((bytes & HIGH_NIBBLES) | (((bytes + 0x0606060606060606) & HIGH_NIBBLES) >> 4)) == 0x3333333333333333;
}

/** Returns the value of eight digits of text. */
// @ts-ignore: decorator
@inline
export function valueOfEightDigits(bytes: u64): u64 {
  return joinEight(bytes - ZEROS);
}

/** Returns whether eight bytes are all below ten. */
// @ts-ignore: decorator
@inline
export function areBelowTen(bytes: u64): bool {
  return ((bytes | (bytes + 0x7676767676767676)) & 0x8080808080808080) == 0;
}

/**
 * Returns the value of eight digits, each a byte below ten: one multiplication each joins pairs, fours, and all eight.
 *
 * @see https://lemire.me/blog/2022/01/21/swar-explained-parsing-eight-digits/
 */
// @ts-ignore: decorator
@inline
export function joinEight(digits: u64): u64 {
  const pairs = digits * 10 + (digits >> 8);
  const mask: u64 = 0x000000ff000000ff;
  return ((pairs & mask) * 0x000f424000000064 + ((pairs >> 16) & mask) * 0x0000271000000001) >> 32;
}

/** Returns the value of sixteen digits in a vector. */
// @ts-ignore: decorator
@inline
export function joinSixteen(digits: v128): u64 {
  const tens = v128.and(digits, i16x8.splat(0xff));
  const pairs = i16x8.add(i16x8.mul(tens, i16x8.splat(10)), i16x8.shr_u(digits, 8));
  const fours = i32x4.dot_i16x8_s(pairs, i32x4.splat(0x0001_0064));
  const eights = i32x4.dot_i16x8_s(i16x8.narrow_i32x4_u(fours, fours), i32x4.splat(0x0001_2710));
  const both = <u64>i64x2.extract_lane(eights, 0);
  return 100_000_000 * (both & 0xffffffff) + (both >> 32);
}

/**
 * Returns two numbers below 10^8 as sixteen digits of text, the first one lowest: they are split into fours, pairs and ones.
 */
// @ts-ignore: decorator
@inline
export function textOfSixteenDigits(first: u32, second: u32): v128 {
  const eights = i32x4.replace_lane(i32x4.splat(first), 1, second);
  // ⌈2^45 / 10^4⌉: the quotients of numbers below 10^8 are exact.
  const upper = i64x2.shr_u(i64x2.extmul_low_i32x4_u(eights, i32x4.splat(3518437209)), 45);
  const lower = i64x2.sub(i64x2.extend_low_i32x4_u(eights), i32x4.mul(upper, i32x4.splat(10000)));
  const fours = v128.or(upper, i64x2.shl(lower, 32));
  const hundreds = i32x4.shr_u(i32x4.mul(fours, i32x4.splat(5243)), 19);
  const rest = i32x4.sub(fours, i32x4.mul(hundreds, i32x4.splat(100)));
  const pairs = v128.or(hundreds, i32x4.shl(rest, 16));
  const tens = i16x8.shr_u(i16x8.mul(pairs, i16x8.splat(103)), 10);
  const ones = i16x8.sub(pairs, i16x8.mul(tens, i16x8.splat(10)));
  return v128.or(v128.or(tens, i16x8.shl(ones, 8)), i64x2.splat(ZEROS));
}

/** Returns the number of digits in a text of sixteen digits up to the last one that is not 0. */
// @ts-ignore: decorator
@inline
export function significantDigits(text: v128): i32 {
  return 32 - <i32>clz<u32>(i8x16.bitmask(i8x16.ne(text, i64x2.splat(ZEROS))));
}
