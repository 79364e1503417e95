import { isUtf8 } from "node:buffer";
import { trimBlanks } from "../../input/blanks.js";
import type { ReadOptions } from "../../input/reader.js";
import { FIELD, type LineShape } from "../../kernels/scan.js";
import { detectDelimiter, SAMPLE_LINES, sampleLines } from "./dialect.js";
import { type Layout, layoutOf } from "./layout.js";

/** What the first lines of a text of plain lines settle. */
export interface PlainHead {
  readonly layout: Layout;
  readonly shape: LineShape;
  /** The offset of the first line of numbers, and its number, from 1. */
  readonly start: number;
  readonly line: number;
  /** The length of the longer of the first two lines. */
  readonly lineBytes: number;
}

const NEWLINE = 0x0a;
/** One line more, since the last of a sample may be cut off. */
const LINES_SOUGHT = SAMPLE_LINES + 1;

/**
 * Understands the head of a text, if its first two lines are plain: nothing quoted, no comment, no blank line.
 *
 * @param head the first bytes of the text; all of it when `isWhole`.
 * @returns null when the lines are for the reader that knows the whole grammar, and can say what is wrong.
 */
export function plainHead(head: Uint8Array, isWhole: boolean, options: ReadOptions, name: string): PlainHead | null {
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.byteLength);
  const begin = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  const ends = lineEnds(bytes, begin, LINES_SOUGHT);
  if (isWhole && ends.length < 2 && bytes.length > (ends[0] ?? begin)) ends.push(bytes.length);
  if (ends.length === 0 || (ends.length < 2 && !isWhole)) return null;
  const sample = bytes.subarray(begin, ends.length < LINES_SOUGHT ? bytes.length : ends.at(-1));
  if (!isUtf8(sample.subarray(0, ends.at(-1)))) return null;
  const text = sample.toString("utf8");
  if (text.includes('"')) return null;
  // Where comments or blank lines are among them, the dialect shows in more lines than these.
  if (ends.length === LINES_SOUGHT && sampleLines(text).length < SAMPLE_LINES) return null;

  const delimiter = options.delimiter ?? detectDelimiter(text);
  if (!/^[\t !#$%&*,/:;<=>?@\\^_`|~]$/.test(delimiter)) return null;
  const rows = ends
    .slice(0, 2)
    .map((end, i) => plainCells(bytes.toString("utf8", i === 0 ? begin : ends[0], end), delimiter));
  const [first, second = null] = rows;
  if (!first || (rows.length > 1 && !second)) return null;
  const layout = layoutUnlessAtFault(first, second, options, name);
  if (!layout || (layout.hasHeader && !second)) return null;
  const kinds = fieldKinds(layout);
  if (!kinds) return null;
  return {
    layout,
    shape: { delimiter: delimiter.charCodeAt(0), kinds },
    start: layout.hasHeader ? ends[0] : begin,
    line: layout.hasHeader ? 2 : 1,
    lineBytes: Math.max(ends[0] - begin, (ends[1] ?? 0) - ends[0]),
  };
}

/** Null where there is something to say, which the other reader says: it may find worse before that. */
function layoutUnlessAtFault(...what: Parameters<typeof layoutOf>): Layout | null {
  try {
    return layoutOf(...what);
  } catch {
    return null;
  }
}

/** The offsets behind the first line feeds. */
function lineEnds(bytes: Buffer, begin: number, most: number): number[] {
  const ends: number[] = [];
  for (let at = bytes.indexOf(NEWLINE, begin); at >= 0 && ends.length < most; at = bytes.indexOf(NEWLINE, at + 1)) {
    ends.push(at + 1);
  }
  return ends;
}

/** The fields of a line, blanks around them left out; null for a line that is blank, a comment, or holds controls. */
export function plainCells(line: string, delimiter: string): string[] | null {
  const text = line.replace(/\r?\n$/, "");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: controls are what is looked for
  if (/^\s*(?:#|$)/.test(text) || /[\x00-\x08\x0a-\x1f]/.test(text)) return null;
  const parts = text.split(delimiter);
  const cells = /[ \t]/.test(text) ? parts.map(trimBlanks) : parts;
  return delimiter === " " ? cells.filter((cell) => cell !== "") : cells;
}

/** What each field holds; null when the components are wanted in another order than they stand in. */
function fieldKinds({ fields, values, id, label }: Layout): number[] | null {
  if (values.some((field, i) => i > 0 && field <= values[i - 1])) return null;
  const kinds: number[] = Array(fields).fill(FIELD.text);
  for (const field of values) kinds[field] = FIELD.number;
  for (const field of [id, label]) if (field !== null) kinds[field] = FIELD.keptText;
  return kinds;
}

/** Parts the kept texts of rows into ids and labels. */
export function idsAndLabels(
  texts: readonly string[],
  { id, label }: Layout,
): { ids: readonly string[] | null; labels: readonly string[] | null } {
  if (id === null || label === null || id === label) {
    return { ids: id === null ? null : texts, labels: label === null ? null : texts };
  }
  const everyOther = (first: number) => texts.filter((_, i) => i % 2 === first);
  return { ids: everyOther(id < label ? 0 : 1), labels: everyOther(label < id ? 0 : 1) };
}

/** Whether a label is missing, of which the reader that knows the whole grammar has something to say. */
export const lacksLabel = ({ labels }: { readonly labels: readonly string[] | null }): boolean =>
  labels?.includes("") ?? false;
