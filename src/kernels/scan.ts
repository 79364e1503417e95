import { isUtf8 } from "node:buffer";
import { readSync } from "node:fs";
import type { Numbers } from "./numbers.js";
import type { Kernels } from "./wasm.js";

/** What the fields of a line hold: a number; a text that nobody wants; a text to keep, such as an id. */
export const FIELD = { number: 0, text: 1, keptText: 2 } as const;

/** How the lines of a file are laid out. */
export interface LineShape {
  /** The byte between fields; a blank stands for any run of blanks. */
  readonly delimiter: number;
  /** What each field holds, of {@link FIELD}. */
  readonly kinds: readonly number[];
}

/** Scanning a file over ranges of its bytes, an item a range. */
export interface ScanParams {
  readonly kind: "scan";
  readonly fd: number;
  /** The bytes to scan: from the start of a line to the end of the file. */
  readonly start: number;
  readonly end: number;
  readonly rangeBytes: number;
  /** Room for text: for what is read at once, and twice the length of a line. */
  readonly windowBytes: number;
  readonly shape: LineShape;
  /** Where the numbers go, row after row. */
  readonly values: Numbers;
  /** How many rows stand before each range, −1 where that is not known yet; one entry more than ranges. */
  readonly rowsBefore: Int32Array;
  /** The first range that was not read to its end. */
  readonly stopped: Int32Array;
  /** Room for text, numbers and spans, for each lane. */
  readonly rooms: readonly ScanRoom[];
}

/** Addresses of the memory that a scanner works in. */
export interface ScanRoom {
  readonly text: number;
  readonly numbers: number;
  readonly spans: number;
  readonly kinds: number;
}

/** What was read of a range. */
export interface ScanResult {
  readonly rows: number;
  /** Where in the file the first line begins that was not read; −1 when all were. */
  readonly stop: number;
  /** Whether there was no room for the rows. */
  readonly full: boolean;
  /** The kept texts, field by field in each row. */
  readonly texts: readonly string[];
}

/** How much room so many bytes of text need for numbers: one may stand in every second byte. */
const numberBytes = (textBytes: number) => 4 * textBytes + 64;

/** Bytes behind the text that the kernel may look at. */
const MARGIN_BYTES = 64;

/**
 * Room for scanning.
 *
 * @param windowBytes how much text is there at once; @param rangeBytes how much is read before numbers are taken away.
 */
export function allocateRoom(kernels: Kernels, windowBytes: number, rangeBytes: number, fields: number): ScanRoom {
  return {
    text: kernels.allocate(windowBytes + MARGIN_BYTES),
    numbers: kernels.allocate(numberBytes(rangeBytes + windowBytes)),
    spans: kernels.allocate(numberBytes(windowBytes)),
    kinds: kernels.allocate(fields),
  };
}

export function releaseRoom(kernels: Kernels, { text, numbers, spans, kinds }: ScanRoom): void {
  for (const address of [text, numbers, spans, kinds]) kernels.release(address);
}

/** Reads plain lines that lie in a {@link ScanRoom}. */
export class LineScanner {
  /** Numbers in a line. */
  readonly numbers: number;
  private readonly mixed: boolean;

  constructor(
    private readonly kernels: Kernels,
    private readonly shape: LineShape,
    private readonly room: ScanRoom,
  ) {
    const { kinds } = shape;
    this.numbers = kinds.filter((kind) => kind === FIELD.number).length;
    this.mixed = this.numbers < kinds.length;
    kernels.bytes(room.kinds, kinds.length).set(kinds);
  }

  /**
   * Reads whole lines; their numbers go behind those of `rowsBefore` rows.
   *
   * @param from, to offsets in the room's text; the byte before `to` ends a line.
   * @param texts gets the kept texts.
   * @returns how many rows were read, and the offset of the first line that was not.
   */
  scan(from: number, to: number, rowsBefore: number, texts: string[]): { rows: number; end: number } {
    const { kernels, room, shape, mixed, numbers } = this;
    const { text, spans } = room;
    if (mixed && !isUtf8(Buffer.from(kernels.bytes(text + from, to - from)))) return { rows: 0, end: from };
    const { call } = kernels;
    const rows = call.scanRows(
      text + from,
      text + to,
      shape.kinds.length,
      mixed ? room.kinds : 0,
      shape.delimiter,
      numbers,
      room.numbers + 8 * rowsBefore * numbers,
      spans,
    );
    if (mixed && !this.addTexts(addressOf(call.spansEnd), texts)) return { rows: 0, end: from };
    return { rows, end: addressOf(call.scanEnd) - text };
  }

  /** The numbers of the first rows that have been read. */
  values(rows: number): Float64Array {
    return this.kernels.doubles(this.room.numbers, rows * this.numbers);
  }

  /** False, and none is added, when blanks beyond ASCII are around one: they are not part of it. */
  private addTexts(end: number, texts: string[]): boolean {
    const { text, spans } = this.room;
    const places = this.kernels.integers(spans, (end - spans) >> 2);
    const before = texts.length;
    for (let i = 0; i < places.length; i += 2) {
      const kept = this.kernels.bytes(text, places[i + 1] - text).toString("utf8", places[i] - text);
      if (kept !== kept.trim()) {
        texts.length = before;
        return false;
      }
      texts.push(kept);
    }
    return true;
  }
}

/** WebAssembly hands addresses over as signed integers. */
const addressOf = ({ value }: { readonly value: number }) => value >>> 0;

const NEWLINE = 0x0a;
/** Pieces that stay in the second cache are read four times as fast as larger ones. */
const PIECE_BYTES = 1 << 16;
const WAIT_MS = 30_000;

/** The lines that begin in a range; rows are put in their place once it is known how many stand before them. */
export function createScan(params: ScanParams, kernels: Kernels, lane: number): (item: number) => ScanResult {
  const { shape, values, rowsBefore, stopped, windowBytes } = params;
  const room = params.rooms[lane];
  const scanner = new LineScanner(kernels, shape, room);
  const text = kernels.bytes(room.text, windowBytes + MARGIN_BYTES);

  /** Says how many rows stand before the next range, and whether that one counts. */
  function tell(item: number, before: number, isLast: boolean): void {
    if (isLast) Atomics.store(stopped, 0, Math.min(item, Atomics.load(stopped, 0)));
    Atomics.store(rowsBefore, item + 1, before);
    Atomics.notify(rowsBefore, item + 1);
  }

  return (item) => {
    try {
      const { rows, stop, begin, texts } = scanRange(params, item, scanner, text);
      const before = waitForRows(rowsBefore, item);
      const full = (before + rows) * scanner.numbers > values.length;
      const inPlace = Atomics.load(stopped, 0) >= item && !full;
      // First, so that the thread with the next range need not wait for the copy.
      tell(item, inPlace ? before + rows : before, stop >= 0 || full);
      if (!inPlace) return { rows: 0, stop: begin, full, texts: [] };
      values.set(scanner.values(rows), before * scanner.numbers);
      return { rows, stop, full, texts };
    } catch (error) {
      // Nobody waits for a range that failed.
      tell(item, 0, true);
      throw error;
    }
  };
}

/**
 * Reads the lines that begin in a range of a file, in pieces.
 *
 * @returns where the first of them begins, and `stop`, where the first begins that was not read; −1 when all were.
 */
function scanRange(
  { fd, start, end, rangeBytes, windowBytes }: ScanParams,
  item: number,
  scanner: LineScanner,
  text: Buffer,
): { rows: number; stop: number; begin: number; texts: string[] } {
  const texts: string[] = [];
  const rangeEnd = Math.min(end, start + (item + 1) * rangeBytes);
  // The byte before a range tells whether a line begins with it.
  let offset = start + item * rangeBytes - (item === 0 ? 0 : 1);
  let begin = item === 0 ? offset : -1;
  let length = 0;
  let rows = 0;
  for (;;) {
    const wanted = Math.min(PIECE_BYTES, windowBytes - length, end - offset - length);
    const got = wanted > 0 ? readSync(fd, text, length, wanted, offset + length) : 0;
    length += got;
    const atEnd = got === 0 || offset + length >= end;
    if (atEnd && length > 0 && text[length - 1] !== NEWLINE) text[length++] = NEWLINE;
    if (begin < 0) {
      const first = text.subarray(0, length).indexOf(NEWLINE) + 1;
      if (first > 0) begin = offset + first;
      // No line begins here; the range before has read, or stopped in, the one that ends later.
      if (begin >= rangeEnd || (first === 0 && atEnd)) return { rows, stop: -1, begin: end, texts };
    }
    const from = Math.max(0, begin - offset);
    const last = rangeEnd - 1 - offset;
    const isLast = last < length || atEnd;
    const window = text.subarray(0, length);
    const to = (last < length ? window.indexOf(NEWLINE, last) : window.lastIndexOf(NEWLINE)) + 1;
    if (begin >= 0 && to > from) {
      const read = scanner.scan(from, to, rows, texts);
      rows += read.rows;
      if (read.end < to) return { rows, stop: offset + read.end, begin, texts };
      if (isLast) return { rows, stop: -1, begin, texts };
      text.copyWithin(0, to, length);
      offset += to;
      length -= to;
    } else if (length === windowBytes || atEnd) {
      // A line that is longer than the first ones promised.
      return { rows, stop: begin < 0 ? offset : Math.max(begin, offset), begin: begin < 0 ? offset : begin, texts };
    }
  }
}

/** How many rows stand before a range, which the thread that has the range before it will say. */
function waitForRows(rowsBefore: Int32Array, item: number): number {
  for (;;) {
    const rows = Atomics.load(rowsBefore, item);
    if (rows >= 0) return rows;
    if (Atomics.wait(rowsBefore, item, -1, WAIT_MS) === "timed-out") throw new Error("a thread does not answer");
  }
}
