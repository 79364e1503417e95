import { areBelowTen, joinEight, joinSixteen, ZEROS } from "./digits";
import { nearestNormal } from "./read-double";

/** Decimals that {@link readFraction} reads: 16 by one vector, 8 before them by one word. */
const MOST_DECIMALS: u32 = 24;
const MINUS: u8 = 0x2d;
const PLUS: u8 = 0x2b;
const POINT: u8 = 0x2e;
const EXPONENT: u8 = 0x65;

/** 24 bytes of zeros, then 24 of ones: the 24 bytes from byte f on are a mask of the last f of 24 bytes. */
const LAST_BYTES: usize = memory.data<u8>([
  0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
  0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
  0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
]);

/** 10^f for f decimals; 0 when only the digit 0 may be before them. */
const LEADING: usize = memory.data<u64>([
  1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000, 10_000_000_000, 100_000_000_000,
  1_000_000_000_000, 10_000_000_000_000, 100_000_000_000_000, 1_000_000_000_000_000, 10_000_000_000_000_000,
  100_000_000_000_000_000, 1_000_000_000_000_000_000, 0, 0, 0, 0, 0, 0,
]);
/** Maximum number of decimals that are below 2^64 together with one digit before them. */
const MOST_BEHIND_DIGIT: i32 = 18;

/** Returns the number of bytes at `p` before the first `byte` (a vector of 16 copies); 32 when it is not among the next 32. */
// @ts-ignore: decorator
@inline
export function distanceTo(byte: v128, p: usize): i32 {
  const near = i8x16.bitmask(i8x16.eq(v128.load(p), byte));
  const far = i8x16.bitmask(i8x16.eq(v128.load(p, 16), byte));
  return <i32>ctz<u32>(near | (far << 16));
}

/** Returns whether a digit and a point may begin at `p`. */
// @ts-ignore: decorator
@inline
export function beginsFraction(p: usize): bool {
  return load<u8>(p + <usize>(load<u8>(p) == MINUS), 1) == POINT;
}

/**
 * Reads the most common form of components, such as −0.0123 or 1.23e-05: one digit, a point, and decimals up to the end.
 *
 * No branch depends on the digits or their number, because a mispredicted branch costs a third of the time of a number.
 *
 * @param p the start of the number, checked by {@link beginsFraction}; the 24 bytes before it and 32 bytes from it on must be readable.
 * @param length its length.
 * @returns NaN for any other text, which {@link scanNumber} reads.
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
