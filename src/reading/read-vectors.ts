import { DataError, MachineError } from "../core/errors.js";
import type { RowShare } from "../core/shard.js";
import {
  type Numbers,
  rowPlace,
  rowsFrom,
  sharedArray,
  sharedBytes,
  sharedFloats,
  type VectorSet,
} from "../core/vectors.js";
import type { ReadOptions, RowBatch, RowSink } from "../input/reader.js";
import type { Input } from "../input/source-list.js";
import { defaultRuntime, type Runtime } from "../kernels/runtime.js";
import { openVectors } from "./input-files.js";
import { readBatches, reopened } from "./read-batches.js";

/** Options for reading vectors into memory. */
export interface ReadVectorsOptions extends ReadOptions {
  /** Threads to use. Default: {@link defaultRuntime}. */
  readonly runtime?: Runtime;
  /** Aborts reading. */
  readonly signal?: AbortSignal;
  /**
   * Precision of the vectors. Default: `f64`. `f32` rounds every component; `stored` keeps float32 where all files have it,
   * or smaller floating-point numbers, and is `f64` otherwise.
   */
  readonly dtype?: Dtype | "stored";
  /** Maximum bytes of the vectors, their ids and labels. Default: the memory of the runtime. */
  readonly maxBytes?: number;
}

export type Dtype = "f64" | "f32";

/**
 * Reads a file of vectors, one per row, in any input format, compressed or not; or several files as one set.
 *
 * @param input a path; a pattern such as `shards/*.npy`; a folder, whose data files are read; or a source that is open.
 * @returns n rows of d components, with ids where the file has them.
 * @throws {DataError} for a file that cannot be read, {@link MalformedError} naming file, line and field
 * for text that is not numbers, {@link UsageError} for a column that does not exist.
 * @example const a = await readVectors("a.csv"); a.rows // 4
 */
export async function readVectors(input: string | Input, options: ReadVectorsOptions = {}): Promise<VectorSet> {
  const source = typeof input === "string" ? openVectors(input, options) : input;
  const gathered = new Gatherer(memoryFor(source.name, options));
  for await (const batch of readBatches(source, options, gathered)) {
    options.signal?.throwIfAborted();
    gathered.add(batch);
  }
  const set = gathered.result(source.name);
  return options.share && set.fileRows === undefined ? shareOf(set, options.share, options) : set;
}

/**
 * Reads vectors in parts of about `partBytes` each, for files that are larger than memory.
 *
 * The options, the errors and each part are those of {@link readVectors}; `firstRow` is the number of the first row of a part.
 * A part is valid until the part after the next one is requested.
 */
export async function* readVectorParts(
  input: string | Input,
  options: ReadVectorsOptions & { readonly partBytes: number },
): AsyncGenerator<VectorSet> {
  const source = typeof input === "string" ? openVectors(input, options) : input;
  const memory = memoryFor(source.name, options);
  let firstRow = 0;
  let gathered = new Gatherer(memory, firstRow);
  let spare: Numbers | undefined;
  for await (const { totalRows: _, ...batch } of readBatches(source, options)) {
    options.signal?.throwIfAborted();
    if (options.share && !batch.ofShare) return yield* partsOfShare(source, { ...options, share: options.share });
    gathered.add(batch);
    if (gathered.bytes < options.partBytes) continue;
    const part = gathered.result(source.name);
    firstRow += part.rows;
    // The memory of the part before is reused: writing to new memory is slower.
    gathered = new Gatherer(memory, firstRow, spare);
    spare = part.values;
    yield part;
  }
  if (gathered.bytes > 0) yield gathered.result(source.name);
}

const readsAllRows = (name: string): string =>
  `${name}: all rows are read for those of a shard; of .npy, .safetensors, .fbin, .arrow and .parquet files, ` +
  "which simcli convert writes, only its own";

/** Returns the rows of a share of a set that was read whole. */
function shareOf(set: VectorSet, share: RowShare, { note }: ReadOptions): VectorSet {
  note?.(readsAllRows(set.name));
  const [first, end] = share(set.rows);
  return { ...rowsFrom(set, first, end), fileRows: set.rows };
}

/** Yields a share of the rows of files that are read from their start: twice, because the share depends on the number of rows. */
async function* partsOfShare(
  input: Input,
  { share, ...options }: Parameters<typeof readVectorParts>[1] & { readonly share: RowShare },
): AsyncGenerator<VectorSet> {
  options.note?.(readsAllRows(input.name));
  const again = () => {
    const source = reopened(input);
    if (source) return source;
    throw new DataError(`${input.name}: expected a file, which is read twice for a share of its rows, found a pipe`);
  };
  let rows = 0;
  for await (const batch of readBatches(again(), options)) rows += batch.rows;
  const [first, end] = share(rows);
  for await (const part of readVectorParts(again(), options)) {
    const { firstRow = 0 } = part;
    const [from, to] = [Math.max(first, firstRow), Math.min(end, firstRow + part.rows)];
    if (from < to) yield { ...rowsFrom(part, from - firstRow, to - firstRow), fileRows: rows };
  }
}

/** The memory that the rows of a file may take. */
interface Memory extends Pick<RowSink, "runtime"> {
  readonly dtype: Dtype | "stored";
  /** Returns the largest number of numbers that fit. */
  most(isFloat: boolean): number;
  /** @throws {MachineError} when `length` numbers are more than may be taken. */
  create(length: number, isFloat: boolean): Numbers;
  /** @throws {MachineError} when `length` bytes are more than may be taken. */
  createBytes(length: number): Uint8Array;
  /** @throws {MachineError} when `bytes` are more. */
  expect(bytes: number, what: string, isFloat: boolean): void;
}

function memoryFor(name: string, options: ReadVectorsOptions): Memory {
  const { dtype = "f64", runtime = defaultRuntime(), maxBytes = runtime.memory } = options;
  const widthOf = (isFloat: boolean) => (isFloat ? 4 : 8);
  const expect = (bytes: number, what: string, isFloat: boolean) => {
    if (bytes <= maxBytes) return;
    const megabytes = (amount: number) => `${Math.ceil(amount / 1e6)} MB`;
    throw new MachineError(
      `${name}: the ${what} need ${megabytes(bytes)} of memory, found ${megabytes(maxBytes)} left`,
      isFloat ? "raise --max-memory" : "raise --max-memory, or halve the need with --dtype f32",
    );
  };
  return {
    runtime,
    dtype,
    expect,
    most: (isFloat) => Math.floor(maxBytes / widthOf(isFloat)),
    create(length, isFloat) {
      expect(length * widthOf(isFloat), "vectors", isFloat);
      return isFloat ? sharedFloats(length) : sharedArray(length);
    },
    createBytes(length) {
      expect(length, "vectors", true);
      return sharedBytes(length);
    },
  };
}

/** Memory of a string in V8 besides its characters, and of its reference in an array. */
const TEXT_BYTES = 16;
const PLACE_BYTES = 8;

/** Collects batches of rows. */
class Gatherer implements RowSink {
  private lines: Uint32Array | null = null;
  /** Rows of packed bits, in place of values. */
  private bits: Uint8Array | null = null;
  private bitBytes = 0;
  private rows = 0;
  private dimensions = 0;
  private wholeDimensions: number | undefined;
  private columnNames: readonly string[] | null = null;
  private ids: string[] = [];
  private labels: string[] = [];
  private textBytes = 0;
  private ofShare: RowBatch["ofShare"];
  private readonly files: { readonly name: string; readonly firstRow: number }[] = [];
  /** Whether the rows so far are float32. */
  private isFloat: boolean;

  /**
   * @param firstRow in parts, the number of the first row.
   * @param values memory to begin with.
   */
  constructor(
    private readonly memory: Memory,
    private readonly firstRow: number | null = null,
    private values: Numbers = new Float64Array(0),
  ) {
    this.isFloat = memory.dtype === "f32" || values instanceof Float32Array;
  }

  get runtime(): Runtime {
    return this.memory.runtime;
  }

  private get used(): number {
    return this.rows * this.dimensions;
  }

  /** The bytes of the collected values. */
  get bytes(): number {
    return this.bits ? this.bitBytes : this.used * this.values.BYTES_PER_ELEMENT;
  }

  /** Returns memory behind the rows so far, if there is room for `length` numbers; otherwise other memory. */
  create(length: number): Numbers {
    const { used, values, memory, isFloat } = this;
    // The rows that are written there may need doubles.
    if (isFloat && memory.dtype === "stored") return memory.create(length, false);
    const hasRoom = used > 0 && used + length <= values.length;
    return hasRoom ? values.subarray(used, used + length) : memory.create(length, isFloat);
  }

  place(length: number, isFloat: boolean): Numbers | null {
    const { rows, values, memory } = this;
    const isKept = isFloat ? memory.dtype !== "f64" : memory.dtype !== "f32";
    if (!isKept || rows > 0) return null;
    const isReady = length <= values.length && isFloat === values instanceof Float32Array;
    return isReady ? values : memory.create(length, isFloat);
  }

  /** Makes room for all rows of several files, so that the memory does not grow with each of them. */
  expectRows(rows: number, columns: number): void {
    const { used, values, memory, isFloat } = this;
    const length = Math.min(rows * columns, memory.most(isFloat));
    if (length <= values.length) return;
    try {
      this.values = memory.create(length, isFloat);
    } catch {
      // The estimate may be far too high; the memory then grows with the rows.
      return;
    }
    this.values.set(values.subarray(0, used));
  }

  add(batch: RowBatch): void {
    const {
      rows,
      columns,
      wholeColumns,
      columnNames,
      values,
      ids,
      labels,
      lines,
      totalRows = 0,
      isPlaced,
      file,
      ofShare,
    } = batch;
    this.ofShare = ofShare;
    this.dimensions = columns;
    this.wholeDimensions = wholeColumns;
    this.columnNames = columnNames;
    const firstRow = (this.firstRow ?? 0) + this.rows;
    if (file && file.name !== this.files.at(-1)?.name) this.files.push({ name: file.name, firstRow });
    if (batch.bits) this.addBits(batch.bits, rows, totalRows);
    else if (isPlaced && this.rows === 0) this.begin(values);
    else if (!isPlaced || !this.isBehindRows(values))
      this.copy(values.subarray(0, rows * columns), rows, columns, totalRows);
    if (lines || this.lines) {
      this.lines = withRoom(this.lines ?? new Uint32Array(0), this.rows, rows, (length) => new Uint32Array(length));
      if (lines) this.lines.set(lines, this.rows);
    }
    this.rows += rows;
    this.keep(ids, this.ids);
    this.keep(labels, this.labels);
  }

  /** Takes memory in which the first rows are. */
  private begin(values: Numbers): void {
    this.values = values;
    this.isFloat = values instanceof Float32Array;
  }

  private addBits(bits: Uint8Array, rows: number, totalRows: number): void {
    const wanted = Math.max(bits.length, ((totalRows - this.rows) * bits.length) / rows);
    this.bits = withRoom(this.bits ?? new Uint8Array(0), this.bitBytes, wanted, (length) =>
      this.memory.createBytes(length),
    );
    this.bits.set(bits, this.bitBytes);
    this.bitBytes += bits.length;
  }

  /** Returns whether numbers are already in their place. */
  private isBehindRows({ buffer, byteOffset }: Numbers): boolean {
    const { values, used } = this;
    return buffer === values.buffer && byteOffset === values.byteOffset + used * values.BYTES_PER_ELEMENT;
  }

  private copy(values: Numbers, rows: number, columns: number, totalRows: number): void {
    const wanted = Math.max(rows * columns, (totalRows - this.rows) * columns);
    this.choosePrecision(values);
    this.values = withRoom(this.values, this.used, wanted, (length) => this.memory.create(length, this.isFloat));
    this.values.set(values, this.rows * columns);
  }

  /** Keeps float32 rows as they are stored, until rows with doubles come. */
  private choosePrecision(values: Numbers): void {
    const { memory, used } = this;
    if (memory.dtype !== "stored") return;
    const isFloat = values instanceof Float32Array && (used === 0 || this.isFloat);
    if (isFloat === this.values instanceof Float32Array) return;
    const before = this.values;
    this.isFloat = isFloat;
    this.values = memory.create(used === 0 ? before.length : used, isFloat);
    this.values.set(before.subarray(0, used));
  }

  private keep(texts: readonly string[] | null, list: string[]): void {
    for (const text of texts ?? []) {
      // Consecutive rows may share one string.
      this.textBytes += PLACE_BYTES + (text === list[list.length - 1] ? 0 : TEXT_BYTES + text.length);
      list.push(text);
    }
    if (texts) this.memory.expect(this.bytes + this.textBytes, "vectors, ids and labels", this.isFloat);
  }

  result(name: string): VectorSet {
    const { rows, dimensions, wholeDimensions, columnNames, ids, labels, lines, files, firstRow, bits } = this;
    const set: VectorSet = {
      values: bits ? new Float32Array(0) : this.values.subarray(0, rows * dimensions),
      ...(bits && { bits: bits.subarray(0, this.bitBytes) }),
      rows,
      dimensions,
      ...(wholeDimensions !== undefined && { wholeDimensions }),
      ids: ids.length > 0 ? ids : null,
      columnNames,
      labels: labels.length > 0 ? labels : null,
      name,
      lines: lines?.subarray(0, rows) ?? null,
      ...(firstRow !== null && { firstRow }),
      ...(files.length > 0 && { files }),
    };
    if (this.memory.dtype === "f32") expectFloats(set);
    const { ofShare } = this;
    if (!ofShare) return set;
    return { ...set, fileRows: ofShare.fileRows, firstRow: ofShare.firstRow + (firstRow ?? 0) };
  }
}

/** @throws {DataError} for a number beyond the range of float32, which has become infinite. */
function expectFloats(set: VectorSet): void {
  const beyond = set.values.findIndex((value) => !Number.isFinite(value));
  if (beyond < 0) return;
  const place = rowPlace(set, Math.floor(beyond / set.dimensions));
  throw new DataError(`${place}: expected numbers within ±3.4e38, found a larger one`, "remove --dtype f32");
}

/**
 * Returns `array` if `more` numbers fit after the first `length`, else a copy that is at least twice as long.
 */
function withRoom<T extends Numbers | Uint32Array | Uint8Array>(
  array: T,
  length: number,
  more: number,
  create: (length: number) => T,
): T {
  if (length + more <= array.length) return array;
  const larger = create(Math.max(array.length * 2, length + more));
  larger.set(array.subarray(0, length));
  return larger;
}
