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

/** Returns a number below 10^8 as eight digits of text, the first one lowest: it is split into fours, pairs and ones. */
// @ts-ignore: decorator
@inline
export function textOfEightDigits(value: u32): u64 {
  const fours = <u64>(value / 10000) | (<u64>(value % 10000) << 32);
  const hundreds = ((fours * 10486) >> 20) & 0x0000007f0000007f;
  const pairs = ((fours - 100 * hundreds) << 16) + hundreds;
  const tens = ((pairs * 103) >> 10) & 0x000f000f000f000f;
  return tens + ((pairs - 10 * tens) << 8) + ZEROS;
}

/** Returns the number of trailing zeros of eight digits of text; 8 when all are zeros. */
// @ts-ignore: decorator
@inline
export function trailingZeros(text: u64): i32 {
  return <i32>(clz<u64>(text ^ ZEROS) >> 3);
}
