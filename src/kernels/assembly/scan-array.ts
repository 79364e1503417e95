import { scanCell } from "./scan-cell";
import { BLANK, NEWLINE, RETURN, TAB } from "./scan-number";

/** The address after the last number that {@link scanArray} read. */
export let arrayEnd: usize = 0;

const COMMA: u32 = 0x2c;

/**
 * Reads comma-separated numbers of a JSON array up to anything else, or the end of the text. A number counts only when the
 * byte after it is part of the text.
 *
 * @param text, end the text, from a number on; 64 more bytes must be readable.
 * @param out receives the numbers.
 * @returns the count of numbers.
 */
export function scanArray(text: usize, end: usize, out: usize): i32 {
  let count = 0;
  let p = text;
  arrayEnd = text;
  while (true) {
    p = skipJsonBlanks(p, end);
    if (p >= end) return count;
    p = scanCell(p, i8x16.splat(<u8>COMMA), COMMA, out, true);
    if (p == 0 || p >= end) return count;
    out += 8;
    count++;
    arrayEnd = p;
    p = skipJsonBlanks(p, end);
    if (p >= end || load<u8>(p) != COMMA) return count;
    p++;
  }
}

// @ts-ignore: decorator
@inline
function skipJsonBlanks(p: usize, end: usize): usize {
  for (; p < end; p++) {
    const byte = <u32>load<u8>(p);
    if (byte > BLANK || (byte != BLANK && byte != NEWLINE && byte != RETURN && byte != TAB)) break;
  }
  return p;
}
