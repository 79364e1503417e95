import { now } from "../core/phases.js";
import { type Numbers, rowsFrom, sharedArray, type VectorSet } from "../core/vectors.js";
import type { RowBatch, RowSink } from "../input/reader.js";
import { isList } from "../input/source-list.js";
import type { Runtime } from "../kernels/runtime.js";
import { loadKernels } from "../kernels/wasm.js";
import { readBatches, recognise } from "../reading/read-batches.js";
import type { ReadVectorsOptions } from "../reading/read-vectors.js";
import { expectSameSize } from "../similarity/compute.js";
import { expectSameDimensions } from "../similarity/pair-scores.js";
import type { Context } from "./context.js";
import { readOpened, reportRead, watchedInput } from "./inputs.js";

/** Small parts stay in a cache, in memory that is used again: new memory takes most of the time of reading. */
const PART_BYTES = 1 << 20;

/**
 * Yields the rows of several files, of which rows i belong together, in parts: the same rows of each file. Files of binary numbers
 * are not held in memory. A part is valid until the next one is requested.
 *
 * @throws {DataError} if the files have different dimensions or numbers of rows.
 */
export async function* readSideBySide(
  context: Context,
  paths: readonly string[],
  options: ReadVectorsOptions,
): AsyncGenerator<VectorSet[]> {
  const files = paths.map((path) => new FileInParts(readParts(context, path, options)));
  try {
    for (;;) {
      const parts: VectorSet[] = [];
      for (const file of files) if (await file.fill()) parts.push(file.part as VectorSet);
      for (const part of parts) expectSameDimensions(parts[0], part);
      if (parts.length < files.length) break;
      const rows = Math.min(...parts.map((part) => part.rows));
      yield files.map((file) => file.take(rows));
    }
    const wholes: VectorSet[] = [];
    for (const file of files) wholes.push(await file.skipped());
    for (const whole of wholes) expectSameSize(wholes[0], whole);
  } finally {
    for (const file of files) await file.close();
  }
}

/** A file of which some rows are left in its current part. */
class FileInParts {
  /** The rows that are left; null before the first part and after the last one. */
  part: VectorSet | null = null;
  private last: VectorSet | null = null;
  private rows = 0;

  constructor(private readonly parts: AsyncGenerator<VectorSet>) {}

  /** Reads the next part if no rows are left. Returns whether there are rows. */
  async fill(): Promise<boolean> {
    if (this.part) return true;
    const { done, value } = await this.parts.next();
    if (done) return false;
    this.part = value;
    this.last = value;
    this.rows += value.rows;
    return true;
  }

  /** Returns the next rows. @param rows at most those that are left. */
  take(rows: number): VectorSet {
    const part = this.part as VectorSet;
    this.part = rows === part.rows ? null : rowsFrom(part, rows, part.rows);
    return rows === part.rows ? part : rowsFrom(part, 0, rows);
  }

  /** Reads the rest, and returns a set with the shape of the file, without its rows. */
  async skipped(): Promise<VectorSet> {
    while (await this.fill()) this.part = null;
    return { ...(this.last as VectorSet), rows: this.rows };
  }

  async close(): Promise<void> {
    await this.parts.return(undefined);
  }
}

/** Yields a file of binary numbers in small parts; any other one at once, because several threads read it. */
async function* readParts(context: Context, path: string, options: ReadVectorsOptions): AsyncGenerator<VectorSet> {
  const input = watchedInput(context, path, options);
  let since = now();
  const opened = isList(input.source) ? null : await recognise(input.source, options);
  if (!opened?.format.isBinary || options.dtype !== "stored") {
    const set = await readOpened(context, opened?.source ?? input.source, options);
    reportRead(context, input, set, now() - since);
    yield set;
    return;
  }
  const { source } = opened;
  let spent = 0;
  let part: VectorSet | null = null;
  const memory = new PartMemory(context.runtime);
  try {
    for await (const batch of readBatches(source, { ...options, ...context.readerOptions }, memory)) {
      part = setOf(source.name, batch, part ? (part.firstRow ?? 0) + part.rows : 0);
      spent += now() - since;
      yield part;
      since = now();
    }
  } finally {
    memory.close();
  }
  if (part) reportRead(context, input, { ...part, rows: (part.firstRow ?? 0) + part.rows }, spent);
  context.progress.clear();
  context.writeFileNotes();
}

/** Memory of the kernels, which then need no copy of it, for a part of float32 rows. */
class PartMemory implements RowSink {
  private readonly kernels = loadKernels();
  private readonly address = this.kernels.allocate(PART_BYTES);

  constructor(readonly runtime: Runtime) {}

  create(length: number): Numbers {
    return sharedArray(length);
  }

  place(length: number, isFloat: boolean): Numbers | null {
    // The kernel of sums reads one number more.
    const most = PART_BYTES / Float32Array.BYTES_PER_ELEMENT - 1;
    return isFloat ? this.kernels.floats(this.address, Math.min(length, most)) : null;
  }

  close(): void {
    this.kernels.release(this.address);
  }
}

/** Returns the rows of a batch as a set, which shares its memory. */
function setOf(name: string, batch: RowBatch, firstRow: number): VectorSet {
  const { rows, columns: dimensions, wholeColumns, bits, ids, labels, columnNames } = batch;
  const values = batch.values.subarray(0, rows * dimensions);
  return {
    ...{ name, rows, dimensions, values, ids, labels, columnNames, firstRow, lines: null },
    ...(bits && { bits }),
    ...(wholeColumns !== undefined && { wholeDimensions: wholeColumns }),
  };
}
