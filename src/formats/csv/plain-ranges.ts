import { closeSync, readSync } from "node:fs";
import { fileSize } from "../../input/file-size.js";
import { openToRead } from "../../input/random-access.js";
import type { ReadOptions, RowBatch, RowSink } from "../../input/reader.js";
import type { SourceFile } from "../../input/source.js";
import { allocateWorkspace, releaseWorkspace, type ScanParams, type ScanResult } from "../../kernels/scan.js";
import { loadKernels } from "../../kernels/wasm.js";
import { SAMPLE_BYTES } from "./dialect.js";
import { idsAndLabels, lacksLabel, type PlainHead, plainHead } from "./plain-head.js";
import type { Resumption } from "./strict-rows.js";

/** From this size on, all threads read a file. */
const LARGE_BYTES = 1 << 20;
/** Speed of one thread. */
const BYTES_PER_MS = 1.2e6;
/** Small enough for the numbers of a range to stay in a cache. */
const RANGE_BYTES = 1 << 19;
const MIN_WINDOW_BYTES = 1 << 17;
const NEWLINE = 0x0a;

/** Rows in the memory of the sink, and the place of the first line that is not plain. */
export interface ScannedFile extends RowBatch {
  readonly after: Resumption | null;
}

/**
 * Reads the plain lines of a large file over ranges of its bytes, on all threads, into memory of `sink`.
 *
 * @returns null for a file that has to be read from start to end: a small file, a pipe, a compressed file, lines that are
 * not plain, rows without a label.
 */
export async function readPlainRanges(
  { path, onRead }: SourceFile,
  name: string,
  options: ReadOptions,
  sink: RowSink,
): Promise<ScannedFile | null> {
  // A pipe must not be opened twice; other errors are reported by the reader of the stream.
  const size = fileSize(path);
  if (size === null || size < LARGE_BYTES) return null;
  const fd = openToRead(path);
  if (fd === null) return null;
  try {
    const head = headOf(fd);
    const plain = plainHead(head, false, options, name);
    return plain && (await scan(fd, size, head, plain, sink, onRead));
  } finally {
    closeSync(fd);
  }
}

/** Returns the first bytes of a file, with two lines where they are not too long. */
function headOf(fd: number): Uint8Array {
  const head = Buffer.alloc(4 * SAMPLE_BYTES);
  const first = head.subarray(0, readSync(fd, head, 0, SAMPLE_BYTES, 0));
  if (first.indexOf(NEWLINE, first.indexOf(NEWLINE) + 1) >= 0) return first;
  return head.subarray(0, first.length + readSync(fd, head, first.length, head.length - first.length, first.length));
}

async function scan(
  fd: number,
  size: number,
  head: Uint8Array,
  plain: PlainHead,
  sink: RowSink,
  onRead: (bytes: number) => void,
): Promise<ScannedFile | null> {
  const { pool } = sink.runtime;
  const { layout, shape } = plain;
  const columns = layout.values.length;
  const bytesOfRow = bytesPerRow(head, plain);
  const windowBytes = Math.max(MIN_WINDOW_BYTES, 4 * plain.lineBytes);
  const kernels = loadKernels();
  const workspaces = Array.from({ length: pool.threads }, () =>
    allocateWorkspace(kernels, windowBytes, RANGE_BYTES, shape.kinds.length),
  );
  let { start } = plain;
  let rows = 0;
  // Memory for a few more rows than expected from the first lines; pages that are never written take no memory.
  let values = sink.create(Math.ceil((1.2 * (size - start)) / bytesOfRow + 1024) * columns);
  const texts: string[] = [];
  try {
    for (;;) {
      const ranges = Math.ceil((size - start) / RANGE_BYTES);
      const params: ScanParams = {
        kind: "scan",
        fd,
        start,
        end: size,
        rangeBytes: RANGE_BYTES,
        windowBytes,
        shape,
        values,
        rowsBefore: new Int32Array(new SharedArrayBuffer(4 * (ranges + 1))).fill(-1),
        stopped: new Int32Array(new SharedArrayBuffer(4)).fill(ranges),
        workspaces,
      };
      params.rowsBefore[0] = rows;
      const job = pool.start<ScanResult>(params, ranges, ranges > 1 && pool.isWorth(size / BYTES_PER_MS));
      const results = await job.finish(() => onRead(RANGE_BYTES));
      const last = results.findIndex(({ stop }) => stop >= 0);
      const read = last < 0 ? results : results.slice(0, last + 1);
      for (const result of read) {
        rows += result.rows;
        for (const text of result.texts) texts.push(text);
      }
      const stopped = results[last];
      if (stopped?.full) {
        start = stopped.stop;
        const copy = sink.create(2 * values.length);
        copy.set(values.subarray(0, rows * columns));
        values = copy;
        continue;
      }
      const named = idsAndLabels(texts, layout);
      if (lacksLabel(named)) return null;
      const delimiter = String.fromCharCode(shape.delimiter);
      const after = stopped && { layout, delimiter, offset: stopped.stop, line: plain.line + rows, rows };
      return {
        rows,
        columns,
        values,
        ...named,
        lines: Uint32Array.from({ length: rows }, (_, i) => plain.line + i),
        columnNames: layout.columnNames,
        isPlaced: true,
        after: after ?? null,
      };
    }
  } finally {
    for (const workspace of workspaces) releaseWorkspace(kernels, workspace);
  }
}

/** Returns the mean length of the lines in the head. */
function bytesPerRow(head: Uint8Array, { start }: PlainHead): number {
  const lines = Buffer.from(head.buffer, head.byteOffset, head.length).subarray(start);
  let count = 0;
  let end = 0;
  for (let at = lines.indexOf(NEWLINE); at >= 0; at = lines.indexOf(NEWLINE, end)) {
    count++;
    end = at + 1;
  }
  return Math.max(2, end / Math.max(1, count));
}
