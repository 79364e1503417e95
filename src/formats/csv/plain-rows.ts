import type { RowBatch } from "../../input/row-batch.js";
import { allocateRoom, LineScanner, releaseRoom } from "../../kernels/scan.js";
import { loadKernels } from "../../kernels/wasm.js";
import { idsAndLabels, lacksLabel, type PlainHead } from "./plain-head.js";

const WINDOW_BYTES = 1 << 17;
const NEWLINE = 0x0a;

/** Where the plain lines of a text end. */
export interface PlainEnd {
  /** The bytes that have been taken from the stream but not read. */
  readonly rest: Uint8Array;
  /** The offset of the rest in the text, and the number of its first line. */
  readonly offset: number;
  readonly line: number;
  readonly rows: number;
}

/**
 * Reads lines of plain numbers from a stream, a batch at a time, up to the first line that is anything else.
 * The values of a batch are valid until the next is asked for.
 *
 * @param head the first bytes of the text, which `plain` has understood.
 * @returns what is left to read; nothing when the text has ended.
 */
export async function* readPlainRows(
  head: Uint8Array,
  chunks: AsyncIterator<Uint8Array>,
  plain: PlainHead,
): AsyncGenerator<RowBatch, PlainEnd> {
  const { layout, shape } = plain;
  const kernels = loadKernels();
  const windowBytes = Math.max(WINDOW_BYTES, 4 * Math.min(head.length, plain.lineBytes));
  const room = allocateRoom(kernels, windowBytes, 0, shape.kinds.length);
  try {
    const scanner = new LineScanner(kernels, shape, room);
    const text = kernels.bytes(room.text, windowBytes + 1);
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
      if (lacksLabel(named)) return { rest: Buffer.concat([text.subarray(0, length), waiting]), offset, line, rows };
      if (read.rows > 0) {
        const lines = Uint32Array.from({ length: read.rows }, (_, i) => line + i);
        yield {
          rows: read.rows,
          columns: layout.values.length,
          values: scanner.values(read.rows),
          ...named,
          lines,
          columnNames: layout.columnNames,
          delimiter: String.fromCharCode(shape.delimiter),
        };
      }
      rows += read.rows;
      line += read.rows;
      offset += Math.min(read.end, length);
      const full = read.end === 0 && length === windowBytes;
      if (read.end < to || isOver || full) {
        const unread = Buffer.concat([text.subarray(Math.min(read.end, length), length), waiting]);
        return { rest: unread, offset, line, rows };
      }
      text.copyWithin(0, read.end, length);
      length -= read.end;
    }

    /** Takes the next chunk; true when there is none. */
    async function next(): Promise<boolean> {
      const { done, value } = await chunks.next();
      if (!done) waiting = value;
      return done === true;
    }
  } finally {
    releaseRoom(kernels, room);
  }
}
