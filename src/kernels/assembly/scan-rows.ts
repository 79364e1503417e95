import { beginsFraction, fractionsEnd, scanFractions } from "./scan-fraction";
import { BLANK, NEWLINE, RETURN, scanNumber, scanned, skipBlanks, TAB } from "./scan-number";

/** The address after the last complete row that {@link scanRows} read. */
export let scanEnd: usize = 0;
/** The end of the spans of texts that the last {@link scanRows} wrote. */
export let spansEnd: usize = 0;

const QUOTE: u32 = 0x22;
const HASH: u32 = 0x23;

/** The content of a field; `TEXT` only has to be plain, `KEPT_TEXT` is stored as a span, `WORD` must not be a number. */
const NUMBER: u32 = 0;
const TEXT: u32 = 1;
const KEPT_TEXT: u32 = 2;
const WORD: u32 = 3;

/**
 * Reads lines of plain fields up to a line that is not plain: with quotes, a comment, blank, too short, too long, or with a
 * field that is not a number. The strict reader continues there and reports errors.
 *
 * @param text, end whole lines; the byte at `end` is a line feed, and 64 more bytes can be read.
 * @param fields number of fields of each line; `kinds` their contents, or 0 when all are numbers.
 * @param delimiter the byte between fields; a blank stands for any run of blanks.
 * @param out receives the numbers.
 * @param spans receives the begin and the end of every kept text, 4 bytes each.
 * @param decimals 4 KB of memory.
 * @returns the number of rows read.
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
  decimals: usize,
): i32 {
  let rows = 0;
  scanEnd = text;
  spansEnd = spans;
  const rowBytes = 8 * numbers;
  while (scanEnd < end) {
    const rowEnd =
      kinds == 0
        ? endLine(scanNumbers(scanEnd, fields, true, delimiter, out, decimals), delimiter)
        : scanMixedRow(scanEnd, fields, kinds, delimiter, out, decimals);
    if (rowEnd == 0) break;
    out += rowBytes;
    scanEnd = rowEnd;
    rows++;
    if (kinds != 0) spansEnd = keptEnd;
  }
  return rows;
}

// Functions that read a row or a field return its end; 0 when it has another form.

/** Reads neighbouring fields of numbers. @param endsLine whether the last of them ends the line. */
function scanNumbers(p: usize, count: i32, endsLine: bool, delimiter: u32, out: usize, decimals: usize): usize {
  const last = out + (<usize>(count - 1) << 3);
  if (out < last) {
    p = scanRun(p, delimiter, delimiter, out, last, decimals);
    if (p == 0 || <u32>load<u8>(p) != delimiter) return 0;
    p++;
  }
  return scanRun(p, endsLine ? NEWLINE : delimiter, delimiter, last, last + 8, decimals);
}

/**
 * Reads numbers to the memory from `out` to `end`.
 *
 * @param separator the byte between them, and usually after them.
 */
function scanRun(p: usize, separator: u32, delimiter: u32, out: usize, end: usize, decimals: usize): usize {
  while (true) {
    p = skipBlanks(p, delimiter == BLANK ? TAB : delimiter);
    if (beginsFraction(p)) {
      out = scanFractions(p, separator, out, end, decimals);
      if (out == end) return fractionsEnd - 1;
      if (fractionsEnd > p) {
        p = fractionsEnd;
        continue;
      }
    }
    p = scanNumber(p, delimiter);
    if (p == 0) return 0;
    store<f64>(out, scanned);
    out += 8;
    if (out == end) return p;
    if (<u32>load<u8>(p) != separator) return 0;
    p++;
  }
}

let keptEnd: usize = 0;

/** Reads a row of numbers and plain texts, such as ids. */
function scanMixedRow(p: usize, fields: i32, kinds: usize, delimiter: u32, out: usize, decimals: usize): usize {
  p = skipBlanks(p, delimiter);
  if (load<u8>(p) == HASH) return 0;
  keptEnd = spansEnd;
  let i = 0;
  while (true) {
    if (delimiter == BLANK) p = skipBlanks(p, TAB);
    const kind = <u32>load<u8>(kinds + i);
    if (kind == NUMBER) {
      let count = 1;
      while (i + count < fields && <u32>load<u8>(kinds + i + count) == NUMBER) count++;
      i += count;
      p = scanNumbers(p, count, i == fields, delimiter, out, decimals);
      out += <usize>count << 3;
    } else {
      i++;
      p = scanText(p, delimiter, kind);
    }
    if (p == 0) return 0;
    if (i == fields) return endLine(p, delimiter);
    if (<u32>load<u8>(p) != delimiter) return 0;
    p++;
  }
}

/** Reads a text up to its delimiter or the end of the line, without blanks around it. */
function scanText(p: usize, delimiter: u32, kind: u32): usize {
  const start = skipBlanks(p, delimiter);
  let last = start;
  for (p = start; ; p++) {
    const byte = <u32>load<u8>(p);
    if (byte == delimiter || byte == NEWLINE || byte == RETURN) break;
    if (byte == QUOTE || (byte < BLANK && byte != TAB)) return 0;
    // It may be a blank other than ASCII, which is checked when the text is kept.
    if (kind == TEXT && byte >= 0x80) return 0;
    if (byte != BLANK && byte != TAB) last = p + 1;
  }
  if (delimiter == BLANK && last == start) return 0;
  if (kind == WORD && load<u8>(start) <= 0x39 && scanNumber(start, delimiter) == p) return 0;
  if (kind == KEPT_TEXT) {
    store<u32>(keptEnd, <u32>start);
    store<u32>(keptEnd + 4, <u32>last);
    keptEnd += 8;
  }
  return p;
}

/** Reads the end of a line: a line feed, a carriage return, or both. */
// @ts-ignore: decorator
@inline
function endLine(p: usize, delimiter: u32): usize {
  if (p == 0) return 0;
  if (delimiter == BLANK) p = skipBlanks(p, TAB);
  const byte = <u32>load<u8>(p);
  if (byte == NEWLINE) return p + 1;
  if (byte != RETURN) return 0;
  return p + (load<u8>(p + 1) == NEWLINE ? 2 : 1);
}
