import { closeSync, openSync, readSync } from "node:fs";
import type { Numbers } from "../../core/vectors.js";
import { fileSize } from "../../input/file-size.js";
import type { ReadOptions } from "../../input/read-options.js";
import type { RowBatch } from "../../input/row-batch.js";
import type { SourceFile } from "../../input/source.js";
import { adviseHugePages } from "../../kernels/pages.js";
import type { Runtime } from "../../kernels/runtime.js";
import { allocateRoom, releaseRoom, type ScanParams, type ScanResult } from "../../kernels/scan.js";
import { loadKernels } from "../../kernels/wasm.js";
import { idsAndLabels, lacksLabel, type PlainHead, plainHead } from "./plain-head.js";
import { type Resumption, SAMPLE_BYTES } from "./read-csv.js";

/** From this size on, a file is read in ranges, on all threads. */
const LARGE_BYTES = 1 << 20;
/** What one thread reads. */
const BYTES_PER_MS = 1.2e6;
/** Small enough for the numbers of a range to stay in a cache. */
const RANGE_BYTES = 1 << 19;
const LEAST_WINDOW_BYTES = 1 << 17;
const NEWLINE = 0x0a;

/** The rows of a file that were read by scanning it, and where the lines begin that were not. */
export interface ScannedFile extends RowBatch {
  readonly after: Resumption | null;
}

/**
 * Reads the plain lines of a large file over ranges of its bytes, in parallel.
 *
 * @returns null for what has to be read from its start to its end: a small file, a pipe, gzip, lines that are not plain,
 * rows without a label.
 * The `values` may be longer than the rows.
 *
 * @param create makes room for so many numbers.
 */
export async function scanFile(
  { path, onRead }: SourceFile,
  options: ReadOptions,
  runtime: Runtime,
  name: string,
  create: (length: number) => Numbers,
): Promise<ScannedFile | null> {
  // Whatever is wrong with the file is told by who streams it; a pipe must not even be opened.
  const size = fileSize(path);
  if (size === null || size < LARGE_BYTES) return null;
  const fd = openToRead(path);
  if (fd === null) return null;
  try {
    const head = headOf(fd);
    const plain = plainHead(head, false, options, name);
    return plain && (await scan(fd, size, head, plain, create, runtime, onRead));
  } finally {
    closeSync(fd);
  }
}

function openToRead(path: string): number | null {
  try {
    return openSync(path, "r");
  } catch {
    return null;
  }
}

/** The first bytes of a file: more of them where its lines are long. */
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
  create: (length: number) => Numbers,
  { pool }: Runtime,
  onRead: (bytes: number) => void,
): Promise<ScannedFile | null> {
  const { layout, shape } = plain;
  const columns = layout.values.length;
  const bytesOfRow = bytesPerRow(head, plain);
  const windowBytes = Math.max(LEAST_WINDOW_BYTES, 4 * plain.lineBytes);
  const kernels = loadKernels();
  const rooms = Array.from({ length: pool.threads }, () =>
    allocateRoom(kernels, windowBytes, RANGE_BYTES, shape.kinds.length),
  );
  let { start } = plain;
  let rows = 0;
  // Room for some more rows than the first lines promise: what is not used takes no memory.
  const rowsExpected = (size - start) / bytesOfRow;
  let values = create(Math.ceil(1.2 * rowsExpected + 1024) * columns);
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
        rooms,
      };
      params.rowsBefore[0] = rows;
      const job = pool.start<ScanResult>(params, ranges, ranges > 1 && pool.isWorth(size / BYTES_PER_MS));
      // The workers need not wait for that.
      if (rows === 0) adviseHugePages(values.subarray(0, Math.floor(rowsExpected) * columns));
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
        const copy = create(2 * values.length);
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
        after: after ?? null,
      };
    }
  } finally {
    for (const room of rooms) releaseRoom(kernels, room);
  }
}

/** The mean length of the lines in the head. */
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
