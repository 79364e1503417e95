const ZEROS: u64 = 0x3030303030303030;
const HIGH_NIBBLES: u64 = 0xf0f0f0f0f0f0f0f0;

/** Whether eight bytes of text, the first of them lowest, are all decimal digits. */
// @ts-ignore: decorator
@inline
export function areEightDigits(bytes: u64): bool {
  return ((bytes & HIGH_NIBBLES) | (((bytes + 0x0606060606060606) & HIGH_NIBBLES) >> 4)) == 0x3333333333333333;
}

/**
 * The number that eight digits stand for: pairs, then fours, then all eight are joined by one multiplication each.
 *
 * @see https://lemire.me/blog/2022/01/21/swar-explained-parsing-eight-digits/
 */
// @ts-ignore: decorator
@inline
export function valueOfEightDigits(bytes: u64): u64 {
  let digits = bytes - ZEROS;
  digits = digits * 10 + (digits >> 8);
  const mask: u64 = 0x000000ff000000ff;
  return ((digits & mask) * 0x000f424000000064 + ((digits >> 16) & mask) * 0x0000271000000001) >> 32;
}

/** Eight digits of a number below 10^8 as bytes of text, the first of them lowest: halved into fours, pairs, ones. */
// @ts-ignore: decorator
@inline
export function textOfEightDigits(value: u32): u64 {
  const fours = <u64>(value / 10000) | (<u64>(value % 10000) << 32);
  const hundreds = ((fours * 10486) >> 20) & 0x0000007f0000007f;
  const pairs = ((fours - 100 * hundreds) << 16) + hundreds;
  const tens = ((pairs * 103) >> 10) & 0x000f000f000f000f;
  return tens + ((pairs - 10 * tens) << 8) + ZEROS;
}

/** How many of eight digits of text, from the last one, are zeros; 8 when all are. */
// @ts-ignore: decorator
@inline
export function trailingZeros(text: u64): i32 {
  return <i32>(clz<u64>(text ^ ZEROS) >> 3);
}
