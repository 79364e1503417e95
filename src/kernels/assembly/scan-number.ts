import { areEightDigits, valueOfEightDigits } from "./digits";
import { nearestDouble } from "./read-double";

/** Returns the value of a decimal text exactly; needed for a few numbers of more than 19 digits. */
// @ts-ignore: decorator
@external("env", "exactDouble")
declare function exactDouble(text: usize, length: i32): f64;

export const TAB: u32 = 0x09;
export const NEWLINE: u32 = 0x0a;
export const RETURN: u32 = 0x0d;
export const BLANK: u32 = 0x20;

/** The result of the last {@link scanNumber}. */
export let scanned: f64 = 0;

/** Returns the end of the blanks at `p`; the delimiter is not a blank. */
// @ts-ignore: decorator
@inline
export function skipBlanks(p: usize, delimiter: u32): usize {
  let byte = <u32>load<u8>(p);
  while ((byte == BLANK || byte == TAB) && byte != delimiter) byte = <u32>load<u8>(++p);
  return p;
}

// @ts-ignore: decorator
@inline
function isDigit(byte: u32): bool {
  return byte - 0x30 < 10;
}

/**
 * Reads any number: an optional sign, decimal digits with an optional point, an optional exponent, blanks around them.
 *
 * @param p the start of blanks or of the number.
 * @param isJson whether only numbers of the JSON grammar are accepted.
 * @returns the end of the number and the blanks after it; 0 for any other text, and for numbers beyond 1.8e308.
 */
export function scanNumber(p: usize, delimiter: u32, isJson: bool = false): usize {
  p = skipBlanks(p, delimiter);
  let byte = <u32>load<u8>(p);
  const negative = byte == 0x2d;
  if (negative || (!isJson && byte == 0x2b)) byte = <u32>load<u8>(++p);
  const start = p;
  if (isJson && (!isDigit(byte) || (byte == 0x30 && isDigit(<u32>load<u8>(p + 1))))) return 0;

  let w: u64 = 0;
  while (isDigit(byte)) {
    w = 10 * w + (byte - 0x30);
    byte = <u32>load<u8>(++p);
  }
  let digits = <i32>(p - start);
  let exponent: i32 = 0;
  if (byte == 0x2e) {
    const point = ++p;
    let eight = load<u64>(p);
    while (areEightDigits(eight)) {
      w = 100_000_000 * w + valueOfEightDigits(eight);
      p += 8;
      eight = load<u64>(p);
    }
    byte = <u32>(eight & 0xff);
    while (isDigit(byte)) {
      w = 10 * w + (byte - 0x30);
      byte = <u32>load<u8>(++p);
    }
    if (isJson && p == point) return 0;
    exponent = -(<i32>(p - point));
    digits -= exponent;
  }
  if (digits == 0) return 0;
  const digitsEnd = p;
  if ((byte | 0x20) == 0x65) {
    const written = scanExponent(p + 1);
    if (written == NO_EXPONENT) return 0;
    exponent += written;
    p = exponentEnd;
  }

  if (digits > 19) {
    scanned = longNumber(start, digitsEnd, exponent, digits, p);
  } else if (w <= 0x20000000000000 && exponent <= 0 && exponent >= -22) {
    // Both are exact doubles, so one division rounds correctly (Clinger).
    scanned = <f64>w / load<f64>(EXACT_POWERS + (<usize>(-exponent) << 3));
  } else {
    scanned = reinterpret<f64>(nearestDouble(w, exponent));
  }
  if (negative) scanned = -scanned;
  return isFinite<f64>(scanned) ? skipBlanks(p, delimiter) : 0;
}

const NO_EXPONENT: i32 = i32.MIN_VALUE;
let exponentEnd: usize = 0;

/** Returns the exponent at `p`, limited to ±100000, beyond which the digits make no difference. */
function scanExponent(p: usize): i32 {
  let byte = <u32>load<u8>(p);
  const negative = byte == 0x2d;
  if (negative || byte == 0x2b) byte = <u32>load<u8>(++p);
  if (!isDigit(byte)) return NO_EXPONENT;
  let value = 0;
  while (isDigit(byte)) {
    if (value < 100_000_000) value = 10 * value + (byte - 0x30);
    byte = <u32>load<u8>(++p);
  }
  exponentEnd = p;
  return negative ? -value : value;
}

/**
 * Reads a number of more than 19 digits: if its first 19 digits and the same plus one round to the same double, that is the
 * result; the few others are read exactly.
 */
function longNumber(start: usize, digitsEnd: usize, exponent: i32, digits: i32, end: usize): f64 {
  let w: u64 = 0;
  let taken = 0;
  let p = start;
  let seen = 0;
  for (; p < digitsEnd && taken < 19; p++) {
    const byte = <u32>load<u8>(p);
    if (byte == 0x2e) continue;
    seen++;
    if (taken == 0 && byte == 0x30) continue;
    w = 10 * w + (byte - 0x30);
    taken++;
  }
  const power = exponent + digits - seen;
  const bits = nearestDouble(w, power);
  if (seen == digits || bits == nearestDouble(w + 1, power)) return reinterpret<f64>(bits);
  return exactDouble(start, <i32>(end - start));
}

const EXACT_POWERS: usize = memory.data<f64>([
  1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
  1e21, 1e22,
]);
