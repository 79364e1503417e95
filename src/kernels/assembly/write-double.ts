import { significantDigits, textOfSixteenDigits } from "./digits";
import { decimalExponent, shortestDecimal } from "./shortest-decimal";
import { isCommon, writeCommon } from "./write-common";

const MINUS: u8 = 0x2d;
const POINT: u8 = 0x2e;
const ZERO: u8 = 0x30;
const EXPONENT: u8 = 0x65;

/**
 * Writes a finite double as the shortest text that reads back to the same bits, in the notation of JavaScript:
 * `0.1`, `-0`, `123456789`, `1e-7`, `1.5e+21`. At most 25 bytes.
 *
 * @returns the end of the text. Up to 34 bytes from `out` on may be overwritten.
 */
// @ts-ignore: decorator
@inline
export function writeDouble(value: f64, out: usize): usize {
  const bits = reinterpret<u64>(value);
  const positive = bits & 0x7fffffffffffffff;
  store<u8>(out, MINUS);
  out += <usize>(bits >> 63);
  return isCommon(positive) ? writeCommon(positive, out) : writeAny(positive, out);
}

/** Writes a double that is not negative. */
function writeAny(bits: u64, out: usize): usize {
  if (bits == 0) {
    store<u8>(out, ZERO);
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
  const nine = <u32>(decimal / 100_000_000);
  const first = nine / 100_000_000;
  const others = textOfSixteenDigits(nine - first * 100_000_000, <u32>(decimal - <u64>nine * 100_000_000));
  return place(out, first, others, 1 + significantDigits(others), exponent + 17);
}

/** Writes 0.d₁d₂…·10^point with `length` digits in the notation of `Number.prototype.toString`. */
function place(out: usize, first: u32, others: v128, length: i32, point: i32): usize {
  if (point <= 0 && point > -6) {
    store<u64>(out, 0x303030303030_2e30);
    out += 2 - point;
    storeDigits(out, first, others);
    return out + length;
  }
  if (point > 0 && point <= 21) {
    storeDigits(out, first, others);
    if (length <= point) {
      for (let i = max(length, 17); i < point; i++) store<u8>(out + i, ZERO);
      return out + point;
    }
    // The digits after the point move by one.
    memory.copy(out + point + 1, out + point, length - point);
    store<u8>(out + point, POINT);
    return out + length + 1;
  }
  storeDigits(out + 1, first, others);
  store<u8>(out, load<u8>(out + 1));
  store<u8>(out + 1, POINT);
  out += length == 1 ? 1 : length + 1;
  let exponent = point - 1;
  store<u8>(out, EXPONENT);
  store<u8>(out + 1, exponent < 0 ? 0x2d : 0x2b);
  out += 2;
  exponent = abs(exponent);
  if (exponent >= 100) store<u8>(out++, ZERO + exponent / 100);
  if (exponent >= 10) store<u8>(out++, ZERO + (exponent / 10) % 10);
  store<u8>(out, ZERO + (exponent % 10));
  return out + 1;
}

// @ts-ignore: decorator
@inline
function storeDigits(out: usize, first: u32, others: v128): void {
  store<u8>(out, ZERO + first);
  v128.store(out, others, 1);
}
