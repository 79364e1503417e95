import { beginsFraction, fractionsEnd, scanFractions } from "./scan-fraction";
import { BLANK, NEWLINE, RETURN, scanNumber, scanned, TAB } from "./scan-number";

/** The address after the last number that {@link scanArray} read. */
export let arrayEnd: usize = 0;

const COMMA: u32 = 0x2c;

/**
 * Reads comma-separated numbers of a JSON array up to anything else, or the end of the text. A number counts only when the
 * byte after it is part of the text.
 *
 * @param text, end the text, from a number on; 64 more bytes must be readable.
 * @param out receives the numbers.
 * @param decimals 4 KB of memory.
 * @returns the count of numbers.
 */
export function scanArray(text: usize, end: usize, out: usize, decimals: usize): i32 {
  const first = out;
  let p = text;
  arrayEnd = text;
  while (true) {
    p = skipJsonBlanks(p, end);
    if (p < end && beginsFraction(p)) {
      // The byte at `end` is no digit and no comma, so that all of these numbers are before it.
      out = scanFractions(p, COMMA, out, usize.MAX_VALUE, decimals);
      if (fractionsEnd > p) {
        arrayEnd = fractionsEnd - 1;
        p = fractionsEnd;
        continue;
      }
    }
    if (p >= end) break;
    p = scanNumber(p, COMMA, true);
    if (p == 0 || p >= end) break;
    store<f64>(out, scanned);
    out += 8;
    arrayEnd = p;
    p = skipJsonBlanks(p, end);
    if (p >= end || load<u8>(p) != COMMA) break;
    p++;
  }
  return <i32>((out - first) >> 3);
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
