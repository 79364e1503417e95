import { textOfEightDigits, trailingZeros } from "./digits";
import { isExactPower, powerHigh, powerLow } from "./powers-of-ten";
import { multiplyHigh, multiplyWide, wideHigh } from "./wide";

/** The decimal exponent of the last {@link shortestDecimal}. */
let decimalExponent: i32 = 0;

/**
 * Returns d of the shortest decimal d·10^k that reads back to a positive finite double, the nearest of several: Schubfach.
 * `decimalExponent` is set to k.
 *
 * @see R. Giulietti, "The Schubfach way to render doubles", https://drive.google.com/file/d/1IEeATSVnEE6TkrHlCYNY2GjaraBjOT4f
 */
function shortestDecimal(bits: u64): u64 {
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

/**
 * Writes a finite double as the shortest text that reads back to the same bits, in the notation of JavaScript:
 * `0.1`, `-0`, `123456789`, `1e-7`, `1.5e+21`. At most 25 bytes.
 *
 * @returns the end of the text. Up to 34 bytes from `out` on may be overwritten.
 */
export function writeDouble(value: f64, out: usize): usize {
  let bits = reinterpret<u64>(value);
  if (<i64>bits < 0) {
    store<u8>(out++, 0x2d);
    bits &= 0x7fffffffffffffff;
  }
  if (bits == 0) {
    store<u8>(out, 0x30);
    return out + 1;
  }
  let decimal = shortestDecimal(bits);
  let exponent = decimalExponent;
  // Filled with zeros to 17 digits: the first digit, and twice eight.
  while (decimal < 10_000_000_000) {
    decimal *= 1_000_000;
    exponent -= 6;
  }
  while (decimal < 10_000_000_000_000_000) {
    decimal *= 10;
    exponent--;
  }
  const upper = <u32>(decimal / 100_000_000);
  const first = upper / 100_000_000;
  const middle = textOfEightDigits(upper - first * 100_000_000);
  const last = textOfEightDigits(<u32>(decimal - <u64>upper * 100_000_000));
  let zeros = trailingZeros(last);
  if (zeros == 8) zeros += trailingZeros(middle);
  return place(out, first, middle, last, 17 - zeros, exponent + 17);
}

/** Writes 0.d₁d₂…·10^point with `length` digits in the notation of `Number.prototype.toString`. */
// @ts-ignore: decorator
@inline
function place(out: usize, first: u32, middle: u64, last: u64, length: i32, point: i32): usize {
  if (point <= 0 && point > -6) {
    store<u64>(out, 0x303030303030_2e30);
    out += 2 - point;
    store17(out, first, middle, last);
    return out + length;
  }
  if (point > 0 && point <= 21) {
    store17(out, first, middle, last);
    if (length <= point) {
      for (let i = max(length, 17); i < point; i++) store<u8>(out + i, 0x30);
      return out + point;
    }
    // The digits after the point move by one.
    memory.copy(out + point + 1, out + point, length - point);
    store<u8>(out + point, 0x2e);
    return out + length + 1;
  }
  store17(out + 1, first, middle, last);
  store<u8>(out, load<u8>(out + 1));
  store<u8>(out + 1, 0x2e);
  out += length == 1 ? 1 : length + 1;
  let exponent = point - 1;
  store<u8>(out, 0x65);
  store<u8>(out + 1, exponent < 0 ? 0x2d : 0x2b);
  out += 2;
  exponent = abs(exponent);
  if (exponent >= 100) store<u8>(out++, 0x30 + exponent / 100);
  if (exponent >= 10) store<u8>(out++, 0x30 + (exponent / 10) % 10);
  store<u8>(out, 0x30 + (exponent % 10));
  return out + 1;
}

// @ts-ignore: decorator
@inline
function store17(out: usize, first: u32, middle: u64, last: u64): void {
  store<u8>(out, 0x30 + first);
  store<u64>(out + 1, middle);
  store<u64>(out + 9, last);
}

/**
 * Writes rows of cells as text: `columns` numbers per row with a separator between them.
 *
 * @param rowStart, rowEnd bytes before and after each row, 0 for none; `lineEnd` follows.
 * @param nan the text of NaN: up to eight bytes, the first one lowest.
 * @param out memory for 28 bytes per cell and 8 per row.
 * @returns the end of the text.
 */
export function writeRows(
  cells: usize,
  rows: i32,
  columns: i32,
  separator: u32,
  rowStart: u32,
  rowEnd: u32,
  lineEnd: u32,
  nan: u64,
  nanLength: i32,
  out: usize,
): usize {
  for (let i = 0; i < rows; i++) {
    if (rowStart) store<u8>(out++, rowStart);
    for (let j = 0; j < columns; j++) {
      const value = load<f64>(cells);
      cells += 8;
      if (value == value) {
        out = writeDouble(value, out);
      } else {
        store<u64>(out, nan);
        out += nanLength;
      }
      store<u8>(out++, separator);
    }
    out--;
    if (rowEnd) store<u8>(out++, rowEnd);
    if (lineEnd) store<u8>(out++, lineEnd);
  }
  return out;
}
