import type { RowBatch } from "../../input/reader.js";
import type { TableSurvey } from "../../input/table-survey.js";
import { LineScanner } from "../../kernels/scan.js";
import type { Layout } from "./layout.js";
import { idsAndLabels, lacksLabel, type PlainHead } from "./plain-head.js";
import type { Resumption } from "./strict-rows.js";

const WINDOW_BYTES = 1 << 17;
const NEWLINE = 0x0a;

/** The end of the plain lines of a stream. */
export interface PlainEnd extends Resumption {
  /** The bytes that have been taken from the stream but not read. */
  readonly rest: Uint8Array;
}

/**
 * Reads lines of plain numbers from a stream, a batch at a time, up to the first line that is not plain.
 * The values of a batch are valid until the next one is asked for.
 *
 * @param head the first bytes of the text, of which `plain` is the layout.
 * @returns the rest of the text.
 */
export async function* readPlainRows(
  head: Uint8Array,
  chunks: AsyncIterator<Uint8Array>,
  plain: PlainHead,
  survey: TableSurvey | null = null,
): AsyncGenerator<RowBatch, PlainEnd> {
  const { layout, shape } = plain;
  const delimiter = String.fromCharCode(shape.delimiter);
  const windowBytes = Math.max(WINDOW_BYTES, 4 * Math.min(head.length, plain.lineBytes));
  const scanner = LineScanner.create(shape, windowBytes);
  const { text } = scanner;
  try {
    let { start: offset, line } = plain;
    let rows = 0;
    let length = 0;
    let waiting: Uint8Array = head.subarray(offset);
    for (;;) {
      const taken = Math.min(waiting.length, windowBytes - length);
      text.set(waiting.subarray(0, taken), length);
      length += taken;
      waiting = waiting.subarray(taken);
      const isOver = waiting.length === 0 && (await next());
      const whole = text.subarray(0, length).lastIndexOf(NEWLINE) + 1;
      const ended = isOver && whole < length;
      if (ended) text[length] = NEWLINE;
      const to = ended ? length + 1 : whole;
      const texts: string[] = [];
      const read = scanner.scan(0, to, 0, texts);
      const named = idsAndLabels(texts, layout);
      const end = { layout, delimiter, line, rows };
      if (lacksLabel(named)) return { ...end, rest: Buffer.concat([text.subarray(0, length), waiting]), offset };
      if (read.rows > 0) {
        if (survey) addTo(survey, read.rows, scanner.values(read.rows), named, layout);
        const lines = Uint32Array.from({ length: read.rows }, (_, i) => line + i);
        yield {
          rows: read.rows,
          columns: layout.values.length,
          values: scanner.values(read.rows),
          ...named,
          lines,
          columnNames: layout.columnNames,
          delimiter,
        };
      }
      rows += read.rows;
      line += read.rows;
      offset += Math.min(read.end, length);
      const full = read.end === 0 && length === windowBytes;
      if (read.end < to || isOver || full) {
        const unread = Buffer.concat([text.subarray(Math.min(read.end, length), length), waiting]);
        return { layout, delimiter, rest: unread, offset, line, rows };
      }
      text.copyWithin(0, read.end, length);
      length -= read.end;
    }

    /** Takes the next chunk; returns true when there is none. */
    async function next(): Promise<boolean> {
      const { done, value } = await chunks.next();
      if (!done) waiting = value;
      return done === true;
    }
  } finally {
    scanner.close();
  }
}

/** Adds rows of plain numbers and their ids and labels to a survey. */
function addTo(
  survey: TableSurvey,
  rows: number,
  values: ArrayLike<number>,
  { ids, labels }: ReturnType<typeof idsAndLabels>,
  layout: Layout,
): void {
  survey.addNumbers(rows, values, layout.values);
  if (ids && layout.id !== null) survey.addTexts(layout.id, ids);
  if (labels && layout.label !== null) survey.addTexts(layout.label, labels);
}
