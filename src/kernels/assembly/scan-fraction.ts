import { areBelowTen, joinEight, joinSixteen, ZEROS } from "./digits";
import { nearestNormal } from "./read-double";

/** Decimals that {@link readFraction} takes: 16 by one vector, 8 before these by one word. */
const MOST_DECIMALS: u32 = 24;
const MINUS: u8 = 0x2d;
const PLUS: u8 = 0x2b;
const POINT: u8 = 0x2e;
const EXPONENT: u8 = 0x65;

/** Behind 24 bytes of zeros as many of ones: the 24 from byte f on keep the last f of 24 bytes. */
const LAST_BYTES: usize = memory.data<u8>([
  0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
  0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
  0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
]);

/** 10^f for f decimals; where only the digit 0 may stand before them, nothing. */
const LEADING: usize = memory.data<u64>([
  1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000, 10_000_000_000, 100_000_000_000,
  1_000_000_000_000, 10_000_000_000_000, 100_000_000_000_000, 1_000_000_000_000_000, 10_000_000_000_000_000,
  100_000_000_000_000_000, 1_000_000_000_000_000_000, 0, 0, 0, 0, 0, 0,
]);
/** So many decimals, and a digit before them, are below 2^64. */
const MOST_BEHIND_DIGIT: i32 = 18;

/** How many bytes stand at `p` before the first that is `byte`, a vector of 16 alike; 32 when all of the next 32 do. */
// @ts-ignore: decorator
@inline
export function distanceTo(byte: v128, p: usize): i32 {
  const near = i8x16.bitmask(i8x16.eq(v128.load(p), byte));
  const far = i8x16.bitmask(i8x16.eq(v128.load(p, 16), byte));
  return <i32>ctz<u32>(near | (far << 16));
}

/** Whether a digit and a point may begin at `p`. */
// @ts-ignore: decorator
@inline
export function beginsFraction(p: usize): bool {
  return load<u8>(p + <usize>(load<u8>(p) == MINUS), 1) == POINT;
}

/**
 * Reads what most numbers of vectors are, such as −0.0123 or 1.23e-05: one digit, a point, and decimals up to the end.
 *
 * Nothing here depends on the digits or on how many there are, so that the CPU never waits for a branch that it guessed
 * wrong: that costs as much as a third of a number.
 *
 * @param p where the number begins, as {@link beginsFraction} has it; the 24 bytes before it, and 32 from it on, can be looked at.
 * @param length how long it is.
 * @returns NaN for whatever else stands there, which is for {@link scanNumber}.
 * @see W. Muła, "SIMD-ized parsing of series of integers", http://0x80.pl/articles/simd-parsing-int-sequences.html
 */
// @ts-ignore: decorator
@inline
export function readFraction(p: usize, length: i32): f64 {
  const negative = load<u8>(p) == MINUS;
  const digit = p + <usize>negative;
  let tail = p + length - MOST_DECIMALS;
  let decimals = length - 2 - <i32>negative;
  let q = 0;
  if (load<u8>(tail, 20) == EXPONENT) {
    const sign = load<u8>(tail, 21);
    const tens = <u32>load<u8>(tail, 22) - 0x30;
    const ones = <u32>load<u8>(tail, 23) - 0x30;
    if (max(tens, ones) > 9 || (sign != MINUS && sign != PLUS)) return NaN;
    q = 10 * tens + ones;
    if (sign == MINUS) q = -q;
    tail -= 4;
    decimals -= 4;
  }
  if (<u32>(decimals - 1) >= MOST_DECIMALS) return NaN;
  const first = <u32>load<u8>(digit) - 0x30;
  if (first > 9 || (decimals > MOST_BEHIND_DIGIT && first != 0)) return NaN;

  const mask = LAST_BYTES + decimals;
  const upper = (load<u64>(tail) ^ ZEROS) & load<u64>(mask);
  const lower = v128.and(v128.xor(v128.load(tail, 8), i64x2.splat(ZEROS)), v128.load(mask, 8));
  if (!areBelowTen(upper) || i8x16.bitmask(i8x16.add_sat_u(lower, i8x16.splat(0x76))) != 0) return NaN;
  const high = joinEight(upper);
  if (high >= 1000) return NaN;
  const w = first * load<u64>(LEADING + (<usize>decimals << 3)) + high * 10_000_000_000_000_000 + joinSixteen(lower);
  return nearestNormal(w, q - decimals, negative);
}
