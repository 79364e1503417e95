import { ahead } from "../core/ahead.js";
import { UsageError } from "../core/errors.js";
import { now } from "../core/phases.js";
import type { Quantization } from "../core/quantization.js";
import { inParts, type VectorSet } from "../core/vectors.js";
import { fileSize, isStream } from "../input/file-size.js";
import type { BitSource, PackedBits, ReadOptions } from "../input/reader.js";
import { type OnRead, openFile, openStream, peek, type Source } from "../input/source.js";
import { type Input, isList } from "../input/source-list.js";
import { inputSize, openVectors } from "../reading/input-files.js";
import { readsOnlyShare } from "../reading/read-batches.js";
import { type Dtype, type ReadVectorsOptions, readVectorParts, readVectors } from "../reading/read-vectors.js";
import { METRICS } from "../similarity/metrics/metrics.js";
import { isBitMetric, type MetricName } from "../similarity/options.js";
import type { Context } from "./context.js";
import type { EngineOptions, InputOptions } from "./options.js";
import { duration, rate } from "./timings.js";

/** Estimate of the memory per byte of the file that its vectors and the computation need at most. */
const MAX_BYTES_PER_BYTE = 4;
/** The share of the available memory for a part of the corpus: a third is for the part, its unit rows and the next part. */
const PART_SHARE = 1 / 9;
/** Maximum number of corpus rows compared at once: with few queries and more rows, tiles would have too few rows. */
const PART_ROWS = 1 << 16;

/** Opens a file, or stdin for `-`, and reports its progress. */
export function openInput(context: Context, path: string, onRead?: OnRead): Source {
  const examined = context.examined.get(path);
  if (examined) {
    context.examined.delete(path);
    return examined;
  }
  if (path !== "-") return openFile(path, reported(context, path, fileSize(path), onRead));
  return openStream("stdin", context.streams.stdin, reported(context, "stdin", null, onRead));
}

/** Opens a file of vectors, the files that match a pattern, a folder, or stdin for `-`, and reports the progress. */
export function openVectorInput(context: Context, path: string, options: ReadOptions, onRead?: OnRead): Input {
  if (path === "-" || isStream(path)) return openInput(context, path, onRead);
  return openVectors(path, { ...options, ...context.readerOptions }, reported(context, path, inputSize(path), onRead));
}

/** Returns the first bytes of a file or stream, which the next reader of the path still starts with. */
export async function headOf(context: Context, path: string): Promise<Uint8Array> {
  const { head, source } = await peek(openInput(context, path));
  if (isOnce(path)) context.examined.set(path, source);
  return head;
}

/** Returns a receiver of the number of bytes that shows the progress of an input. */
function reported({ progress }: Context, name: string, size: number | null, onRead?: OnRead): OnRead {
  const report = progress.reading(name, size);
  return (bytes) => {
    onRead?.(bytes);
    report(bytes);
  };
}

/** Reads a file of vectors within the memory limit, and reports how it was read. */
export async function readInput(context: Context, path: string, options: ReadVectorsOptions): Promise<VectorSet> {
  const input = watchedInput(context, path, options);
  const before = now();
  const set = await readOpened(context, input.source, options);
  reportRead(context, input, set, now() - before);
  return set;
}

/** A file of vectors that is open, and what has been read of it. */
export interface WatchedInput {
  readonly source: Input;
  /** The number of bytes so far. */
  bytes: number;
}

/** Opens a file of vectors and counts the bytes that are read. */
export function watchedInput(context: Context, path: string, options: ReadVectorsOptions): WatchedInput {
  const input = {
    bytes: 0,
    source: openVectorInput(context, path, options, (more) => {
      input.bytes += more;
    }),
  };
  return input;
}

/** Reports how a file was read. @param spent the time in milliseconds. */
export function reportRead(
  context: Context,
  { source, bytes }: WatchedInput,
  { name, rows, dimensions, ids }: VectorSet,
  spent: number,
): void {
  const shape = `${rows}×${dimensions}${ids ? " with ids" : ""}`;
  context.detail(`read ${name}: ${shape}${fileCount(source)}, ${duration(spent)}, ${rate(bytes, spent)}`);
}

/** Reads vectors from a source that is open, within the memory limit. */
export async function readOpened(context: Context, source: Input, options: ReadVectorsOptions): Promise<VectorSet> {
  const { memory, runtime } = context;
  const set = await readVectors(source, { ...options, ...context.readerOptions, maxBytes: memory.left(), runtime });
  memory.takeVectors(set);
  context.progress.clear();
  context.writeFileNotes();
  return set;
}
/** Returns whether the vectors of a file, or a share of them, fit in memory with what is computed of them. */
export async function fitsInMemory(context: Context, path: string, options: ReadOptions): Promise<boolean> {
  const bytes = inputSize(path) ?? Number.POSITIVE_INFINITY;
  const most = context.room() / MAX_BYTES_PER_BYTE;
  if (bytes <= most || options.share === undefined) return bytes <= most;
  const [first, end] = options.share(MANY_ROWS);
  return (bytes * (end - first)) / MANY_ROWS <= most && (await readsOnlyShare(openVectors(path, options), options));
}

/** A number of rows by which the size of a share is estimated. */
const MANY_ROWS = 2 ** 40;

/** Yields the vectors of a file in parts. Reads the file at once if it fits in memory. */
export async function* readInputParts(
  context: Context,
  path: string,
  options: ReadVectorsOptions,
): AsyncGenerator<VectorSet> {
  if (await fitsInMemory(context, path, options)) {
    yield* inParts(await readInput(context, path, options), PART_ROWS);
    return;
  }
  const left = context.room();
  const before = now();
  const input = watchedInput(context, path, options);
  const { source } = input;
  let rows = 0;
  const { readerOptions, runtime } = context;
  const partOptions = { ...options, ...readerOptions, runtime, partBytes: left * PART_SHARE };
  let waited = 0;
  let since = before;
  for await (const part of ahead(readVectorParts(source, partOptions))) {
    waited += now() - since;
    context.progress.clear();
    context.writeFileNotes();
    rows += part.rows;
    yield part;
    since = now();
  }
  const read = `${rows} rows in parts${fileCount(source)}, ${input.bytes} bytes, ${duration(waited)} of waiting`;
  context.detail(`read ${source.name}: ${read}`, before);
}

const fileCount = (input: Input): string => (isList(input) ? `, ${input.parts.length} files` : "");

/**
 * Returns the options of a command that determine how files are read.
 *
 * @param options with the metric of the command, which decides whether the lengths of rows matter, and whether rows are bits.
 * @throws {UsageError} for a metric of bits with another quantisation.
 */
export function readOptionsOf(
  options: InputOptions & { readonly metric?: MetricName; readonly quantize?: Quantization },
): ReadOptions {
  const { delimiter, header, idColumn, columns, inputFormat, vectorColumn, decimal, missing } = options;
  const { dimensions, metric, packedBits } = options;
  const isBits = metric !== undefined && isBitMetric(metric);
  return {
    header,
    decimal,
    missing,
    ...(inputFormat !== undefined && { inputFormat }),
    ...(delimiter !== undefined && { delimiter }),
    ...(idColumn !== undefined && { idColumn }),
    ...(columns !== undefined && { columns }),
    ...(vectorColumn !== undefined && { vectorColumn }),
    ...(packedBits !== undefined && { packedBits }),
    ...(isBits && { bits: bitSource(metric, options) }),
    ...(dimensions !== undefined && {
      dimensions,
      keepUnitLength: !isBits && (metric === undefined || METRICS[metric].direction === null),
    }),
  };
}

/** Returns which numbers a metric of bits reads. */
function bitSource(
  metric: MetricName,
  { packedBits, quantize }: { readonly packedBits?: PackedBits; readonly quantize?: Quantization },
): BitSource {
  if (quantize !== undefined && quantize !== "binary") {
    throw new UsageError(
      `--quantize: expected binary with --metric ${metric}, found ${quantize}`,
      "--quantize binary compares the signs of components",
    );
  }
  return packedBits ?? (quantize === "binary" ? "signs" : "zero-one");
}

/** Returns the precision in which a search reads: float32 numbers have the same exact scores as doubles. */
export const storedPrecision = (dtype: Dtype): Dtype | "stored" => (dtype === "f64" ? "stored" : dtype);

const STDIN: ReadonlySet<string | undefined> = new Set(["-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"]);

export const isStdin = (path: string | undefined): boolean => STDIN.has(path);

/** Whether a path can be read only once: stdin, or a pipe such as `<(command)`. */
export const isOnce = (path: string | undefined): boolean => path !== undefined && (isStdin(path) || isStream(path));

/**
 * @param flag the option that needs the file twice. @param hint the way out.
 * @throws {UsageError} for stdin and other pipes, which can be read only once.
 */
export function expectReadTwice(flag: string, path: string | undefined, hint: string): void {
  if (!isOnce(path)) return;
  const found = isStdin(path) ? "stdin" : `the pipe ${path}`;
  throw new UsageError(`${flag}: expected a file, which is read twice, found ${found}`, hint);
}

/** @throws {UsageError} when more than one of the files is stdin. */
export function expectOneStdin(paths: readonly (string | undefined)[]): void {
  const found = paths.filter(isStdin);
  if (found.length > 1) {
    const names = found.map((path) => `"${path}"`).join(" and ");
    throw new UsageError(`expected stdin for one of the files, found ${names}`, "stdin can be read only once");
  }
}

/** Two text files of this size make a product, of any dimension, for which the backend `auto` loads a BLAS. */
const LARGE_PRODUCT_BYTES = 2e7;

/** Finds a BLAS while large files are read whose vectors will be multiplied. */
export function prefetchBlas(
  { runtime }: Context,
  { mode, backend, metric }: Pick<EngineOptions, "mode" | "backend"> & { readonly metric?: MetricName },
  a: string,
  b: string = a,
): void {
  const bytes = Math.sqrt((inputSize(a) ?? 0) * (inputSize(b) ?? 0));
  if (metric !== undefined && isBitMetric(metric)) return;
  if (bytes < LARGE_PRODUCT_BYTES || mode === "loop" || (backend !== "auto" && backend !== "blas")) return;
  runtime.prefetchBlas();
}
