import { isUtf8 } from "node:buffer";
import { trimBlanks } from "../../input/blanks.js";
import type { ReadOptions } from "../../input/reader.js";
import { FIELD, type LineShape } from "../../kernels/scan.js";
import { detectDelimiter, SAMPLE_LINES, sampleLines } from "./dialect.js";
import { isUndecided, type Layout, layoutOf, rolesOf, type TextRow } from "./layout.js";
import { withoutOtherLines } from "./other-lines.js";

/** The layout of a text whose first lines are plain. */
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
/** One more line, because the last line of a sample may be incomplete. */
const LINES_SOUGHT = SAMPLE_LINES + 1;

/**
 * Parses the start of a text whose first two lines are plain: no quotes, no comments, no blank lines.
 *
 * @param head the first bytes of the text; all of it when `isWhole`.
 * @returns null when the lines are not plain; the strict reader reads them, and reports errors.
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
  if (text.includes('"') || /^sep=/i.test(text) || options.decimal === ",") return null;
  // With comments or blank lines among them, detecting the dialect needs more lines.
  if (ends.length === LINES_SOUGHT && sampleLines(text).length < SAMPLE_LINES) return null;

  const delimiter = options.delimiter ?? detectDelimiter(text, options.decimal);
  if (!/^[\t !#$%&*,/:;<=>?@\\^_`|~]$/.test(delimiter)) return null;
  // The strict reader knows tables with a frame: `| 1 | 2 |`.
  if (delimiter === "|" && /^\s*[|+]/.test(text)) return null;
  const rows: TextRow[] = [];
  for (const [i, end] of ends.entries()) {
    if (i >= 2 && !isUndecided(rows, options)) break;
    const cells = plainCells(bytes.toString("utf8", i === 0 ? begin : ends[i - 1], end), delimiter);
    if (!cells) return null;
    rows.push({ cells, line: i + 1 });
  }
  if (isUndecided(rows, options) || rows.some(({ cells }) => cells.length !== rows[0].cells.length)) return null;
  // The strict reader reports lines that are neither a header nor rows.
  if (withoutOtherLines(rows, options.decimal ?? ".").others.length > 0) return null;
  const layout = layoutUnlessAtFault(rows, options, name);
  if (!layout || layout.isVector || (layout.header && rows.length < 2)) return null;
  // The strict reader surveys the cells that are not numbers.
  if (options.survey && layout.leftOut.length > 0) return null;
  options.survey?.start(rolesOf(layout), layout.header);
  const kinds = fieldKinds(layout);
  if (!kinds) return null;
  return {
    layout,
    shape: { delimiter: delimiter.charCodeAt(0), kinds },
    start: layout.header ? ends[0] : begin,
    line: layout.header ? 2 : 1,
    lineBytes: Math.max(ends[0] - begin, (ends[1] ?? 0) - ends[0]),
  };
}

/** Returns null for a layout with an error; the strict reader reports it, or an earlier one. */
function layoutUnlessAtFault(...what: Parameters<typeof layoutOf>): Layout | null {
  try {
    return layoutOf(...what);
  } catch {
    return null;
  }
}

/** Returns the offsets after the first line feeds. */
function lineEnds(bytes: Buffer, begin: number, most: number): number[] {
  const ends: number[] = [];
  for (let at = bytes.indexOf(NEWLINE, begin); at >= 0 && ends.length < most; at = bytes.indexOf(NEWLINE, at + 1)) {
    ends.push(at + 1);
  }
  return ends;
}

/** Returns the trimmed fields of a line; null for a blank line, a comment, or a line with control characters. */
export function plainCells(line: string, delimiter: string): string[] | null {
  const text = line.replace(/\r?\n$/, "");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are searched for
  if (/^\s*(?:#|$)/.test(text) || /[\x00-\x08\x0a-\x1f]/.test(text)) return null;
  const parts = text.split(delimiter);
  const cells = /[ \t]/.test(text) ? parts.map(trimBlanks) : parts;
  return delimiter === " " ? cells.filter((cell) => cell !== "") : cells;
}

/** Returns the content of each field; null when components are selected in another order than that of the file. */
function fieldKinds({ fields, values, leftOut, id, label }: Layout): number[] | null {
  if (values.some((field, i) => i > 0 && field <= values[i - 1])) return null;
  const kinds: number[] = Array(fields).fill(FIELD.text);
  for (const field of values) kinds[field] = FIELD.number;
  for (const field of leftOut) kinds[field] = FIELD.word;
  for (const field of [id, label]) if (field !== null) kinds[field] = FIELD.keptText;
  return kinds;
}

/** Separates the kept texts of rows into ids and labels. */
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

/** Returns whether a label is missing, which the strict reader reports. */
export const lacksLabel = ({ labels }: { readonly labels: readonly string[] | null }): boolean =>
  labels?.includes("") ?? false;
