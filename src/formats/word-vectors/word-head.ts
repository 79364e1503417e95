import { isNumber } from "../../input/number.js";
import { textOf } from "../../input/recognise-text.js";

/** The properties of a word-vector file that its first lines determine. */
export interface WordHead {
  /** Number of words according to the first line; null if that line is a word vector. */
  readonly count: number | null;
  readonly dimensions: number;
  /** Byte offset of the first word. */
  readonly start: number;
}

const COUNTS = /^(?:\uFEFF)?(\d{1,15}) (\d{1,6})[ \r]*$/;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
const NEWLINE = 0x0a;
const SAMPLE_LINES = 20;
const MAX_DIMENSIONS = 1e6;

/**
 * Parses the first lines of word vectors. Without a header line, the line with the fewest fields is taken to have a
 * word without spaces.
 *
 * @param block whole lines.
 */
export function wordHead(block: Buffer): WordHead {
  const lines = firstLines(block);
  const counts = COUNTS.exec(lines[0]);
  if (counts) {
    return { count: Number(counts[1]), dimensions: Number(counts[2]), start: block.indexOf(NEWLINE) + 1 };
  }
  const fields = lines.filter((line) => line !== "").map((line) => line.split(" ").length);
  return {
    count: null,
    dimensions: Math.max(1, Math.min(...fields, MAX_DIMENSIONS) - 1),
    start: block.indexOf(BYTE_ORDER_MARK) === 0 ? 3 : 0,
  };
}

function firstLines(block: Buffer): string[] {
  let end = 0;
  for (let i = 0; i < SAMPLE_LINES && end < block.length; i++) end = block.indexOf(NEWLINE, end) + 1 || block.length;
  return block.toString("utf8", 0, end).replace(/\n$/, "").split("\n").map(withoutEnd);
}

const withoutEnd = (line: string) => line.replace(/[ \r]+$/, "");

/**
 * Returns whether the first bytes of a file are word vectors: a header line, then a word with that number of
 * components; or, in a file called `.txt` as GloVe's are, lines of a word and numbers separated by single spaces.
 */
export function looksLikeWordVectors(head: Uint8Array, name: string): boolean {
  const lines = textOf(head).split("\n");
  // The last line may be truncated, and its last number too.
  const cut = lines.pop()?.split(" ").slice(0, -1) ?? [];
  const counts = COUNTS.exec(lines[0] ?? "");
  if (!counts && !name.endsWith(".txt")) return false;
  const rows = lines.map((line) => withoutEnd(line).split(" "));
  // With one dimension, a record has as many fields as the header line: it may be CSV.
  if (counts && Number(counts[2]) > 1) {
    const dimensions = Number(counts[2]);
    const [, second = null] = rows;
    if (!second) return cut.length > 1 && cut.length <= dimensions + 1 && cut.slice(1).every(isNumber);
    const numbers = second.slice(second.length - dimensions);
    return second.length > dimensions && numbers.every(isNumber);
  }
  if (!name.endsWith(".txt")) return false;
  const sample = rows.length > 0 ? rows.slice(0, SAMPLE_LINES) : [cut];
  const dimensions = Math.min(...sample.map((fields) => fields.length)) - 1;
  const [[first]] = sample;
  return dimensions > 1 && !isNumber(first) && !/^ids?$/i.test(first) && sample.every(isWordAndNumbers);

  /** Excludes what is read as CSV: quoted words, runs of blanks, and a number behind another delimiter. */
  function isWordAndNumbers(fields: readonly string[]): boolean {
    const isWord = fields[0] !== "" && !/^"./.test(fields[0]) && !/[\t,;|][-+]?\.?\d[\d.]*$/.test(fields[0]);
    return isWord && fields.slice(-dimensions).every(isNumber);
  }
}

/** The first line of word2vec's text and binary formats. */
export interface Word2vecHeader {
  /** Length of the line in bytes. */
  readonly bytes: number;
  readonly rows: number;
  readonly columns: number;
}

/** Maximum length of a header. */
export const HEADER_BYTES = 32;
const HEADER = /^(\d{1,12}) (\d{1,9}) ?\r?\n/;

/** Parses the header at the start of a file; null if there is none. */
export function headerOf(head: Uint8Array): Word2vecHeader | null {
  const [line, rows, columns] = HEADER.exec(Buffer.from(head.subarray(0, HEADER_BYTES)).toString("latin1")) ?? [];
  return line === undefined ? null : { bytes: line.length, rows: Number(rows), columns: Number(columns) };
}

/**
 * Returns whether a file is in word2vec's binary format: a header, a word, a space, and then control characters, which
 * text does not contain.
 */
export function isWord2vecBin(head: Uint8Array): boolean {
  const header = headerOf(head);
  if (!header) return false;
  const entry = head.subarray(header.bytes);
  const wordEnd = entry.indexOf(0x20);
  return wordEnd > 0 && !entry.subarray(0, wordEnd).some(isControl) && entry.subarray(wordEnd).some(isControl);
}

const isControl = (byte: number) => byte < 0x09 || (byte > 0x0d && byte < 0x20);
