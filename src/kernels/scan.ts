import { isUtf8 } from "node:buffer";
import { readSync } from "node:fs";
import type { Numbers } from "./numbers.js";
import { type Kernels, loadKernels } from "./wasm.js";

/** The content of a field: a number, anything to skip, a text to keep, such as an id, or a text that is not a number. */
export const FIELD = { number: 0, text: 1, keptText: 2, word: 3 } as const;

/** How the lines of a file are laid out. */
export interface LineShape {
  /** The byte between fields; a blank stands for any run of blanks. */
  readonly delimiter: number;
  /** The content of each field, of {@link FIELD}. */
  readonly kinds: readonly number[];
}

/** A job that scans a file; an item is a range of its bytes. */
export interface ScanParams {
  readonly kind: "scan";
  readonly fd: number;
  /** The bytes to scan: from the start of a line to the end of the file. */
  readonly start: number;
  readonly end: number;
  readonly rangeBytes: number;
  /** Bytes of text that are scanned at once, at least twice the length of a line. */
  readonly windowBytes: number;
  readonly shape: LineShape;
  /** Receives the numbers, row after row. */
  readonly values: Numbers;
  /** The number of rows before each range, −1 until it is known; one entry more than ranges. */
  readonly rowsBefore: Int32Array;
  /** The first range that was not read to its end. */
  readonly stopped: Int32Array;
  /** Memory for each thread. */
  readonly workspaces: readonly ScanWorkspace[];
}

/** Addresses of the memory of a scanner. */
export interface ScanWorkspace {
  readonly text: number;
  readonly numbers: number;
  readonly spans: number;
  readonly decimals: number;
  readonly kinds: number;
}

/** The result of a range. */
export interface ScanResult {
  readonly rows: number;
  /** Offset in the file of the first line that was not read; −1 when all were. */
  readonly stop: number;
  /** Whether the rows did not fit into `values`. */
  readonly full: boolean;
  /** The kept texts, field by field in each row. */
  readonly texts: readonly string[];
}

/** Returns the bytes that the numbers in a text may take: every second byte may be a number. */
const numberBytes = (textBytes: number) => 4 * textBytes + 64;

/** Bytes after the text that the kernel may read. */
const MARGIN_BYTES = 64;

/** Bytes in which the kernel keeps decimals that are not rounded yet. */
export const DECIMALS_BYTES = 1 << 12;

/**
 * Allocates the memory of a scanner.
 *
 * @param windowBytes bytes of text that are scanned at once.
 * @param rangeBytes bytes of text whose numbers are kept until they are taken.
 */
export function allocateWorkspace(
  kernels: Kernels,
  windowBytes: number,
  rangeBytes: number,
  fields: number,
): ScanWorkspace {
  return {
    text: kernels.allocate(windowBytes + MARGIN_BYTES),
    numbers: kernels.allocate(numberBytes(rangeBytes + windowBytes)),
    spans: kernels.allocate(numberBytes(windowBytes)),
    decimals: kernels.allocate(DECIMALS_BYTES),
    kinds: kernels.allocate(fields),
  };
}

export function releaseWorkspace(kernels: Kernels, { text, numbers, spans, decimals, kinds }: ScanWorkspace): void {
  for (const address of [text, numbers, spans, decimals, kinds]) kernels.release(address);
}

/** Reads plain lines from its `text`. */
export class LineScanner {
  /** Numbers in a line. */
  readonly numbers: number;
  /** The caller puts lines here. */
  readonly text: Buffer;
  private readonly mixed: boolean;

  /** Returns a scanner for `windowBytes` of text; `close` frees its memory. */
  static create(shape: LineShape, windowBytes: number): LineScanner {
    const kernels = loadKernels();
    return new LineScanner(kernels, shape, allocateWorkspace(kernels, windowBytes, 0, shape.kinds.length), windowBytes);
  }

  constructor(
    private readonly kernels: Kernels,
    private readonly shape: LineShape,
    private readonly workspace: ScanWorkspace,
    windowBytes: number,
  ) {
    const { kinds } = shape;
    this.text = kernels.bytes(workspace.text, windowBytes + MARGIN_BYTES);
    this.numbers = kinds.filter((kind) => kind === FIELD.number).length;
    this.mixed = this.numbers < kinds.length;
    kernels.bytes(workspace.kinds, kinds.length).set(kinds);
  }

  /** Frees the memory. */
  close(): void {
    releaseWorkspace(this.kernels, this.workspace);
  }

  /**
   * Reads whole lines; their numbers follow those of `rowsBefore` rows.
   *
   * @param from, to offsets in `text`; the byte before `to` ends a line.
   * @param texts receives the kept texts.
   * @returns the number of rows read, and the offset of the first line that was not read.
   */
  scan(from: number, to: number, rowsBefore: number, texts: string[]): { rows: number; end: number } {
    const { kernels, workspace, shape, mixed, numbers } = this;
    const { text, spans } = workspace;
    if (mixed && !isUtf8(Buffer.from(kernels.bytes(text + from, to - from)))) return { rows: 0, end: from };
    const { call } = kernels;
    const rows = call.scanRows(
      text + from,
      text + to,
      shape.kinds.length,
      mixed ? workspace.kinds : 0,
      shape.delimiter,
      numbers,
      workspace.numbers + 8 * rowsBefore * numbers,
      spans,
      workspace.decimals,
    );
    if (mixed && !this.addTexts(addressOf(call.spansEnd), texts)) return { rows: 0, end: from };
    return { rows, end: addressOf(call.scanEnd) - text };
  }

  /** Returns the numbers of the first rows that have been read. */
  values(rows: number): Float64Array {
    return this.kernels.doubles(this.workspace.numbers, rows * this.numbers);
  }

  /** Returns false, and adds none, when one has blanks other than ASCII around it: they are not part of the text. */
  private addTexts(end: number, texts: string[]): boolean {
    const { text, spans } = this.workspace;
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

/** WebAssembly returns addresses as signed integers. */
const addressOf = ({ value }: { readonly value: number }) => value >>> 0;

const NEWLINE = 0x0a;
/** Pieces of this size stay in the second-level cache, and are read four times as fast as larger ones. */
const PIECE_BYTES = 1 << 16;
const WAIT_MS = 30_000;

/** Reads the lines that begin in a range. The rows are stored once the number of rows before them is known. */
export function createScan(params: ScanParams, kernels: Kernels, thread: number): (item: number) => ScanResult {
  const { shape, values, rowsBefore, stopped, windowBytes } = params;
  const workspace = params.workspaces[thread];
  const scanner = new LineScanner(kernels, shape, workspace, windowBytes);

  /** Publishes the number of rows before the next range, and whether that range is read. */
  function publish(item: number, before: number, isLast: boolean): void {
    if (isLast) Atomics.store(stopped, 0, Math.min(item, Atomics.load(stopped, 0)));
    Atomics.store(rowsBefore, item + 1, before);
    Atomics.notify(rowsBefore, item + 1);
  }

  return (item) => {
    try {
      const { rows, stop, begin, texts } = scanRange(params, item, scanner);
      const before = waitForRows(rowsBefore, item);
      const full = (before + rows) * scanner.numbers > values.length;
      const inPlace = Atomics.load(stopped, 0) >= item && !full;
      // Published first, so that the thread of the next range does not wait for the copy.
      publish(item, inPlace ? before + rows : before, stop >= 0 || full);
      if (!inPlace) return { rows: 0, stop: begin, full, texts: [] };
      values.set(scanner.values(rows), before * scanner.numbers);
      return { rows, stop, full, texts };
    } catch (error) {
      // Threads of later ranges must not wait for a range that failed.
      publish(item, 0, true);
      throw error;
    }
  };
}

/**
 * Reads the lines that begin in a range of a file, in pieces.
 *
 * @returns `begin`, the offset of the first of them; `stop`, the offset of the first one that was not read, −1 when all were.
 */
function scanRange(
  { fd, start, end, rangeBytes, windowBytes }: ScanParams,
  item: number,
  scanner: LineScanner,
): { rows: number; stop: number; begin: number; texts: string[] } {
  const { text } = scanner;
  const texts: string[] = [];
  const rangeEnd = Math.min(end, start + (item + 1) * rangeBytes);
  // The byte before a range shows whether a line begins at its start.
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
      // No line begins here: the range before has read, or stopped in, the line that covers this range.
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
      // The line is longer than the window.
      return { rows, stop: begin < 0 ? offset : Math.max(begin, offset), begin: begin < 0 ? offset : begin, texts };
    }
  }
}

/** Waits for the number of rows before a range, which the thread of the range before publishes. */
function waitForRows(rowsBefore: Int32Array, item: number): number {
  for (;;) {
    const rows = Atomics.load(rowsBefore, item);
    if (rows >= 0) return rows;
    if (Atomics.wait(rowsBefore, item, -1, WAIT_MS) === "timed-out") throw new Error("a thread does not answer");
  }
}
