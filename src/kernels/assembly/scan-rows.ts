import { areEightDigits, valueOfEightDigits } from "./digits";
import { nearestDouble } from "./read-double";

/** The double that a text of decimal digits stands for: for the rare one of over 19 digits that these do not decide. */
// @ts-ignore: decorator
@external("env", "exactDouble")
declare function exactDouble(text: usize, length: i32): f64;

/** Where the last {@link scanRows} ended: behind the last row that it read whole. */
export let scanEnd: usize = 0;
/** Where the spans of texts that the last {@link scanRows} wrote end. */
export let spansEnd: usize = 0;

const TAB: u32 = 0x09;
const NEWLINE: u32 = 0x0a;
const RETURN: u32 = 0x0d;
const BLANK: u32 = 0x20;
const QUOTE: u32 = 0x22;
const HASH: u32 = 0x23;
const COMMA: u32 = 0x2c;

/** What a field holds; `TEXT` is only checked for being plain, `KEPT_TEXT` is remembered as a span. */
const NUMBER: u32 = 0;
const KEPT_TEXT: u32 = 2;

let cursor: usize = 0;
let number: f64 = 0;

/**
 * Reads lines of plain fields until one is anything else: quoted, commented, blank, too short, too long, not a number.
 * That one, and the rest, is for the reader that knows the whole grammar and can say what is wrong.
 *
 * @param text, end whole lines; the byte at `end` is a line feed, and 16 more bytes can be read.
 * @param fields how many each line has; `kinds` what each holds, or 0 when all are numbers.
 * @param delimiter the byte between fields; a blank stands for any run of blanks.
 * @param out where the numbers go, 8 bytes each.
 * @param spans where begin and end of every kept text go, 4 bytes each.
 * @returns how many rows were read.
 */
export function scanRows(
  text: usize,
  end: usize,
  fields: i32,
  kinds: usize,
  delimiter: u32,
  numbers: i32,
  out: usize,
  spans: usize,
): i32 {
  let rows = 0;
  cursor = text;
  scanEnd = text;
  spansEnd = spans;
  const rowBytes = 8 * numbers;
  while (cursor < end) {
    const isRow =
      kinds != 0
        ? scanMixedRow(fields, kinds, delimiter, out)
        : delimiter == BLANK
          ? scanSpacedRow(fields, out)
          : scanRow(fields, delimiter, out);
    if (!isRow) break;
    out += rowBytes;
    scanEnd = cursor;
    rows++;
    if (kinds != 0) spansEnd = keptEnd;
  }
  return rows;
}

/** A row of numbers between delimiters that are not blanks. */
// @ts-ignore: decorator
@inline
function scanRow(fields: i32, delimiter: u32, out: usize): bool {
  for (let i = 0; i < fields; i++) {
    if (!scanNumber(delimiter)) return false;
    store<f64>(out + (<usize>i << 3), number);
    const last = i == fields - 1;
    const byte = <u32>load<u8>(cursor);
    if (byte == delimiter && !last) cursor++;
    else if (!last || !endLine()) return false;
  }
  return true;
}

/** A row of numbers between runs of blanks. */
function scanSpacedRow(fields: i32, out: usize): bool {
  for (let i = 0; i < fields; i++) {
    skipBlanks(TAB);
    if (!scanNumber(BLANK)) return false;
    store<f64>(out + (<usize>i << 3), number);
    if (i < fields - 1 && load<u8>(cursor) != BLANK) return false;
  }
  skipBlanks(TAB);
  return endLine();
}

/**
 * Reads numbers of a JSON array, with commas between them, until something else stands where a number or a comma is
 * expected, or the text ends; a number counts only when the byte behind it is part of the text.
 *
 * @param text, end from where a number is expected; 16 more bytes can be read.
 * @param out where the numbers go, 8 bytes each.
 * @returns how many; {@link scanEnd} is behind the last of them.
 */
export function scanArray(text: usize, end: usize, out: usize): i32 {
  let count = 0;
  cursor = text;
  scanEnd = text;
  while (true) {
    skipJsonBlanks(end);
    if (cursor >= end || !scanNumber(COMMA, true) || cursor >= end) return count;
    store<f64>(out, number);
    out += 8;
    count++;
    scanEnd = cursor;
    skipJsonBlanks(end);
    if (cursor >= end || load<u8>(cursor) != COMMA) return count;
    cursor++;
  }
}

function skipJsonBlanks(end: usize): void {
  while (cursor < end) {
    const byte = <u32>load<u8>(cursor);
    if (byte > BLANK || (byte != BLANK && byte != NEWLINE && byte != RETURN && byte != TAB)) return;
    cursor++;
  }
}

let keptEnd: usize = 0;

/** A row of numbers and plain texts, such as ids. */
function scanMixedRow(fields: i32, kinds: usize, delimiter: u32, out: usize): bool {
  skipBlanks(delimiter);
  if (load<u8>(cursor) == HASH) return false;
  keptEnd = spansEnd;
  for (let i = 0; i < fields; i++) {
    if (delimiter == BLANK) skipBlanks(TAB);
    const kind = <u32>load<u8>(kinds + i);
    if (kind == NUMBER) {
      if (!scanNumber(delimiter)) return false;
      store<f64>(out, number);
      out += 8;
    } else if (!scanText(delimiter, kind == KEPT_TEXT)) {
      return false;
    }
    if (i < fields - 1) {
      if (load<u8>(cursor) != delimiter) return false;
      cursor++;
    }
  }
  if (delimiter == BLANK) skipBlanks(TAB);
  return endLine();
}

/** Moves over a text up to its delimiter or the end of the line; blanks around it are not part of it. */
function scanText(delimiter: u32, kept: bool): bool {
  skipBlanks(delimiter);
  const start = cursor;
  let last = start;
  while (true) {
    const byte = <u32>load<u8>(cursor);
    if (byte == delimiter || byte == NEWLINE || byte == RETURN) break;
    if (byte == QUOTE || (byte < BLANK && byte != TAB)) return false;
    // It may be a blank beyond ASCII, which whoever keeps the text sees.
    if (!kept && byte >= 0x80) return false;
    cursor++;
    if (byte != BLANK && byte != TAB) last = cursor;
  }
  if (delimiter == BLANK && last == start) return false;
  if (kept) {
    store<u32>(keptEnd, <u32>start);
    store<u32>(keptEnd + 4, <u32>last);
    keptEnd += 8;
  }
  return true;
}

/** Moves over the end of a line: a line feed, a carriage return, or both. */
// @ts-ignore: decorator
@inline
function endLine(): bool {
  const byte = <u32>load<u8>(cursor);
  if (byte == NEWLINE) {
    cursor++;
    return true;
  }
  if (byte != RETURN) return false;
  cursor += load<u8>(cursor + 1) == NEWLINE ? 2 : 1;
  return true;
}

// @ts-ignore: decorator
@inline
function skipBlanks(delimiter: u32): void {
  let byte = <u32>load<u8>(cursor);
  while ((byte == BLANK || byte == TAB) && byte != delimiter) byte = <u32>load<u8>(++cursor);
}

// @ts-ignore: decorator
@inline
function isDigit(byte: u32): bool {
  return byte - 0x30 < 10;
}

/**
 * Reads a number: an optional sign, decimal digits with an optional point, an optional exponent, blanks around them.
 * The cursor moves behind it; false for anything else, and beyond 1.8e308.
 */
// @ts-ignore: decorator
@inline
function scanNumber(delimiter: u32, isJson: bool = false): bool {
  let p = cursor;
  let byte = <u32>load<u8>(p);
  if (byte <= BLANK) {
    skipBlanks(delimiter);
    p = cursor;
    byte = <u32>load<u8>(p);
  }
  const negative = byte == 0x2d;
  if (negative || (!isJson && byte == 0x2b)) byte = <u32>load<u8>(++p);
  const start = p;
  if (isJson && (!isDigit(byte) || (byte == 0x30 && isDigit(<u32>load<u8>(p + 1))))) return false;

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
    if (isJson && p == point) return false;
    exponent = -(<i32>(p - point));
    digits -= exponent;
  }
  if (digits == 0) return false;
  const digitsEnd = p;
  if ((byte | 0x20) == 0x65) {
    const written = scanExponent(p + 1);
    if (written == NO_EXPONENT) return false;
    exponent += written;
    p = exponentEnd;
    byte = <u32>load<u8>(p);
  }
  cursor = p;
  if (byte <= BLANK) skipBlanks(delimiter);

  if (digits > 19) {
    number = longNumber(start, digitsEnd, exponent, digits, p);
  } else if (w <= 0x20000000000000 && exponent <= 0 && exponent >= -22) {
    // Both are exact doubles, so that one division rounds right (Clinger).
    number = <f64>w / load<f64>(EXACT_POWERS + (<usize>(-exponent) << 3));
  } else {
    number = reinterpret<f64>(nearestDouble(w, exponent));
  }
  if (negative) number = -number;
  return isFinite<f64>(number);
}

const NO_EXPONENT: i32 = i32.MIN_VALUE;
let exponentEnd: usize = 0;

/** The exponent that is written at `p`, at most ±100000 more than which no digits can outweigh. */
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
 * A number of over 19 digits: where its first 19, and the same plus one, are nearest to the same double, that is it;
 * the few others are read exactly.
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
