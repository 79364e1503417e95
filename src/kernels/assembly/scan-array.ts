import { scanCell } from "./scan-cell";
import { BLANK, NEWLINE, RETURN, TAB } from "./scan-number";

/** Where the last {@link scanArray} ended: behind the last number that it read. */
export let arrayEnd: usize = 0;

const COMMA: u32 = 0x2c;

/**
 * Reads numbers of a JSON array, with commas between them, until something else stands where a number or a comma is
 * expected, or the text ends; a number counts only when the byte behind it is part of the text.
 *
 * @param text, end from where a number is expected; 64 more bytes can be read.
 * @param out where the numbers go, 8 bytes each.
 * @returns how many; {@link arrayEnd} is behind the last of them.
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
