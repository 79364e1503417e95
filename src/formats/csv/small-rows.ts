import { isUtf8 } from "node:buffer";
import { parseNumber } from "../../input/number.js";
import type { RowBatch } from "../../input/row-batch.js";
import { FIELD } from "../../kernels/scan.js";
import { idsAndLabels, type PlainHead, plainCells } from "./plain-head.js";
import type { PlainEnd } from "./plain-rows.js";

/** Up to so many bytes, lines are read before the kernels would have been compiled. */
export const SMALL_BYTES = 1 << 14;

const NEWLINE = 0x0a;
const PLAIN_TEXT = /^[\x20-\x7e]*$/;

/**
 * Reads the lines of plain numbers of a small text, up to the first line that is anything else: what `readPlainRows` reads
 * by the kernels, without them.
 *
 * @param head the whole text, which `plain` has understood.
 */
export async function* readSmallRows(head: Uint8Array, plain: PlainHead): AsyncGenerator<RowBatch, PlainEnd> {
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.length);
  const { layout, shape, start } = plain;
  const values: number[] = [];
  const texts: string[] = [];
  let offset = start;
  let rows = 0;
  while (isUtf8(bytes) && offset < bytes.length) {
    const end = bytes.indexOf(NEWLINE, offset) + 1 || bytes.length;
    if (!addLine(bytes.toString("utf8", offset, end), plain, values, texts)) break;
    offset = end;
    rows++;
  }
  if (rows > 0) {
    yield {
      rows,
      columns: layout.values.length,
      values: Float64Array.from(values),
      ...idsAndLabels(texts, layout),
      lines: Uint32Array.from({ length: rows }, (_, i) => plain.line + i),
      columnNames: layout.columnNames,
      delimiter: String.fromCharCode(shape.delimiter),
      quoted: false,
    };
  }
  return { rest: bytes.subarray(offset), offset, line: plain.line + rows, rows };
}

/** Adds the numbers and the kept texts of a line; false, and nothing is added, where it is not plain. */
function addLine(
  line: string,
  { shape: { delimiter, kinds }, layout: { label } }: PlainHead,
  values: number[],
  texts: string[],
): boolean {
  if (line.includes('"') || line.includes("\t")) return false;
  const cells = plainCells(line, String.fromCharCode(delimiter));
  if (cells?.length !== kinds.length) return false;
  const [valuesBefore, textsBefore] = [values.length, texts.length];
  const isPlain = cells.every((cell, i) => {
    if (i === label && cell === "") return false;
    if (kinds[i] !== FIELD.number) {
      if (kinds[i] === FIELD.keptText) texts.push(cell);
      return PLAIN_TEXT.test(cell);
    }
    const value = parseNumber(cell);
    values.push(value);
    return Number.isFinite(value);
  });
  if (isPlain) return true;
  values.length = valuesBefore;
  texts.length = textsBefore;
  return false;
}
