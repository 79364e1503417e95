import { cellKind, isNumberCell } from "../../input/cell.js";
import { isName, isNumber } from "../../input/number.js";
import type { DecimalMark } from "../../input/reader.js";

/** Delimiters that are detected, the most likely first. */
const DELIMITERS = [",", "\t", ";", "|", " "];
/** Bytes that are read to detect the dialect. */
export const SAMPLE_BYTES = 1 << 16;
export const SAMPLE_LINES = 10;
/** Number of fields of a line that are examined; more do not change the result. */
const SAMPLE_FIELDS = 64;
/** Number of fields that are examined first: if all are numbers, the delimiter is certain. */
const FEW_FIELDS = 16;

/**
 * Detects the delimiter of a text from its first lines: it splits every line into the same number of fields, most of them
 * numbers. Returns `,` (`;` beside decimal commas) when no delimiter splits the lines.
 */
export function detectDelimiter(sample: string, decimal: DecimalMark = "."): string {
  const named = NAMED_DELIMITER.exec(sample);
  if (named) return named[1];
  const isNumber = (cell: string) => isNumberCell(cell.trim(), decimal);
  const lines = sampleLines(sample);
  let best = { delimiter: decimal === "," ? ";" : ",", even: false, numbers: -1 };
  for (const delimiter of DELIMITERS) {
    if (delimiter === decimal) continue;
    const rows = lines.map((line) => splitLine(line, delimiter));
    const width = rows[0]?.length ?? 0;
    if (width < 2) continue;
    const even = rows.every((row) => row.length === width);
    // No delimiter can be better.
    if (even && rows.every((row) => row.slice(0, FEW_FIELDS).every(isNumber))) return delimiter;
    const fields = rows.flatMap((row) => row.slice(0, SAMPLE_FIELDS));
    const candidate = { delimiter, even, numbers: fields.filter(isNumber).length / fields.length };
    const better = candidate.even === best.even ? candidate.numbers > best.numbers : candidate.even;
    if (better) best = candidate;
  }
  return best.delimiter;
}

/** The first line by which Excel names the delimiter. */
const NAMED_DELIMITER = /^\uFEFF?"?sep=([,;\t|])"?\r?\n/i;

/** Returns whether a record is the line by which Excel names the delimiter. */
export const namesDelimiter = ([first, ...others]: readonly string[]): boolean =>
  /^sep=.?$/i.test(first ?? "") && others.every((cell) => cell === "");

/** Returns the first complete lines that are not blank, with quoted fields replaced by text without delimiters. */
export function sampleLines(sample: string): string[] {
  const plain = sample
    .replace(/^\uFEFF/, "")
    .replace(/"((?:[^"]|"")*)"/g, (_, text: string) => (isNumber(text) ? text : "quoted"));
  const lines = plain.split(/\r\n|\n|\r/);
  if (lines.length > 1) lines.pop();
  return lines.filter((line) => line.trim() !== "" && !line.startsWith(COMMENT)).slice(0, SAMPLE_LINES);
}

/** The start of a comment line, as written by NumPy. `#1` may be an id. */
export const COMMENT = "# ";

function splitLine(line: string, delimiter: string): string[] {
  return delimiter === " " ? line.trim().split(/ +/) : line.split(delimiter);
}

/**
 * Returns whether the first row is a header: it has a name above a number (in any notation) or a vector, or its first column is named `id`. A row
 * of numbers is never a header.
 *
 * @param below the first cell below each name that is not missing; null for a file of one row, which is a header if all fields
 * are names.
 */
export function looksLikeHeader(
  first: readonly string[],
  below: readonly string[] | null,
  decimal: DecimalMark = ".",
): boolean {
  if (below === null) return first.every(isName);
  const hasValue = (cell = "") => ["number", "array", "malformed"].includes(cellKind(cell, decimal));
  return isIdName(first[0]) || first.some((cell, i) => isName(cell) && hasValue(below[i]));
}

/** Returns whether a column name means ids. */
export const isIdName = (name: string): boolean => /^_?ids?$/i.test(name);

/** Returns whether a column name means the index of a data frame. */
export const isIndexName = (name: string): boolean => /^(?:index|level_0|unnamed: 0)$/i.test(name);

/**
 * Returns whether the first column holds ids: its header is `id` or empty, or it has names beside numbers. `header` is null
 * for a file without a header.
 */
export function firstColumnIsId(
  header: readonly string[] | null,
  first: readonly string[],
  second: readonly string[] | null,
  decimal: DecimalMark = ".",
): boolean {
  if (first.length < 2) return false;
  if (header && (header[0] === "" || isIdName(header[0] ?? ""))) return true;
  const rows = header || !second ? [first] : [first, second];
  const named = rows.every((row) => isName(row[0] ?? "") && isNumberCell(row[1] ?? "", decimal));
  return named && (header !== null || second !== null);
}
