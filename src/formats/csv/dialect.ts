import { isNumberCell } from "../../input/cell.js";
import { isName, isNumber } from "../../input/number.js";
import type { DecimalMark } from "../../input/reader.js";
import { isIdName } from "./header.js";

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
 * Detects the delimiter of a text from its first lines: it splits most lines into the same number of fields, most of them
 * numbers, and cuts no vector in brackets. Returns `,` (`;` beside decimal commas) when no delimiter splits the lines.
 */
export function detectDelimiter(sample: string, decimal: DecimalMark = "."): string {
  const named = NAMED_DELIMITER.exec(sample);
  if (named) return named[1];
  const isNumber = (cell: string) => isNumberCell(cell.trim(), decimal);
  const lines = sampleLines(sample);
  let best: Candidate = { delimiter: decimal === "," ? ";" : ",", isWhole: false, even: 0, numbers: -1 };
  for (const delimiter of DELIMITERS) {
    if (delimiter === decimal) continue;
    const rows = lines.map((line) => splitLine(line, delimiter));
    const { width, even } = commonWidth(rows);
    if (width < 2) continue;
    // No delimiter can be better.
    if (even === 1 && rows.every((row) => row.slice(0, FEW_FIELDS).every(isNumber))) return delimiter;
    const fields = rows.flatMap((row) => row.slice(0, SAMPLE_FIELDS));
    // With another delimiter, decimal commas are numbers that a message explains.
    const isValue = (cell: string) =>
      isNumber(cell) ||
      (delimiter !== "," && isNumberCell(cell.trim(), ",")) ||
      (delimiter !== " " && areNumbers(cell));
    const numbers = fields.filter(isValue).length / fields.length;
    const candidate = { delimiter, isWhole: fields.every((field) => isWholeField(field, delimiter)), even, numbers };
    if (isBetter(candidate, best)) best = candidate;
  }
  return best.delimiter;
}

interface Candidate {
  readonly delimiter: string;
  /** Whether it cuts no vector. */
  readonly isWhole: boolean;
  /** The share of the lines with the most frequent number of fields. */
  readonly even: number;
  /** The share of numbers in the fields. */
  readonly numbers: number;
}

function isBetter(one: Candidate, other: Candidate): boolean {
  if (one.isWhole !== other.isWhole) return one.isWhole;
  return one.even === other.even ? one.numbers > other.numbers : one.even > other.even;
}

/** Returns the most frequent number of fields, the largest of several, and the share of the rows that have it. */
function commonWidth(rows: readonly (readonly string[])[]): { width: number; even: number } {
  const counts = new Map<number, number>();
  for (const { length } of rows) counts.set(length, (counts.get(length) ?? 0) + 1);
  let [width, count] = [0, 0];
  for (const [one, times] of counts)
    if (times > count || (times === count && one > width)) [width, count] = [one, times];
  return { width, even: count / Math.max(1, rows.length) };
}

/** Returns whether a field has both square brackets or neither; and, between blanks, no number behind another delimiter. */
function isWholeField(field: string, delimiter: string): boolean {
  if (field.includes("[") !== field.includes("]")) return false;
  // The expression begins at a blank only, so that matching takes linear time.
  return delimiter !== " " || !/(?<!\S)\d*[^\d\s]\S*[,;|\t][-+]?\.?\d/.test(field);
}

/** Returns whether a field is a vector of numbers between blanks. */
const areNumbers = (field: string): boolean => /^\s*[-+.\d]\S*(?: +[-+.\d]\S*){2,}\s*$/.test(field);

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
