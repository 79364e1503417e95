import { freemem } from "node:os";
import { now } from "../core/clock.js";
import { UsageError } from "../core/errors.js";
import { type Block, type TiledMatrix, watched } from "../core/matrix.js";
import { Phases } from "../core/phases.js";
import { inParts, type VectorSet } from "../core/vectors.js";
import { type Format, formatOfFile, isBinary } from "../formats/writers.js";
import { fileSize } from "../input/file-size.js";
import { isNumber } from "../input/number.js";
import type { ReadOptions } from "../input/read-options.js";
import { type OnRead, openFile, openStream, type Source } from "../input/source.js";
import { Runtime } from "../kernels/runtime.js";
import { escapeControls } from "../output/escape.js";
import { type ReadVectorsOptions, readParts, readVectors } from "../reading/read-vectors.js";
import type { MetricTiles } from "../similarity/compute.js";
import type { ComputeOptions } from "../similarity/options.js";
import type { TableOptions } from "../tables/grid.js";
import { widthOf as textWidthOf } from "../tables/width.js";
import { setBlasEnvironment } from "./blas-environment.js";
import { type Destination, openDestination } from "./destination.js";
import { MemoryBudget } from "./memory.js";
import type { CommonOptions, InputOptions } from "./options.js";
import { Progress } from "./progress.js";
import { paintFor, type Streams, widthOf } from "./streams.js";
import { duration, productLines, rate } from "./timings.js";

/** What the vectors of a file may take at most for each of its bytes, with what is computed of them. */
const MOST_BYTES_PER_BYTE = 3;
/** What a part of a corpus is of the memory that is left: its tiles, and the next part, take as much again. */
const PART_SHARE = 1 / 6;
/** Rows of a corpus that are compared at once: a product of few queries by more of them has tiles of too few rows. */
const PART_ROWS = 1 << 16;

/** One run of a command: its streams, what was asked for on all of them, and what is said beside the result. */
export class Context {
  readonly format: Format;
  readonly progress: Progress;
  readonly phases = new Phases();
  readonly runtime: Runtime;
  private readonly memory: MemoryBudget;
  private destination: Destination | null = null;
  private written = 0;
  private readonly started = now();

  constructor(
    readonly streams: Streams,
    readonly options: CommonOptions,
  ) {
    const { stdout, stderr } = streams;
    this.format = chosenFormat(options, stdout.isTTY === true);
    if (this.format !== "table" && (options.full || options.heatmap)) {
      const flag = options.full ? "--full" : "--heatmap";
      throw new UsageError(`${flag}: expected the format table, found ${this.format}`, "add -f table");
    }
    if (isBinary(this.format) && this.showsTerminal) {
      throw new UsageError(
        `--format ${this.format}: expected a file or a pipe, found a terminal`,
        "-o FILE writes it to a file",
      );
    }
    this.memory = new MemoryBudget(options.maxMemory);
    const { threads } = options;
    const { SIMCLI_BLAS: blas } = process.env;
    this.runtime = new Runtime({
      ...(threads === undefined ? {} : { threads }),
      ...(blas ? { blas } : {}),
      beforeBlas: () => setBlasEnvironment(process.env),
    });
    this.progress = new Progress(streams, stderr.isTTY === true && !options.quiet);
  }

  /** Whether the result goes straight to a terminal. */
  get showsTerminal(): boolean {
    const { output = "-" } = this.options;
    return output === "-" && this.streams.stdout.isTTY === true;
  }

  /** Whether ids could act on the terminal, in a format that has them as they are. */
  get needsEscapes(): boolean {
    return this.showsTerminal && (this.format === "csv" || this.format === "tsv");
  }

  /** What the engines are told beside their own options. */
  get engineOptions(): Pick<ComputeOptions, "runtime" | "workBytes" | "phases" | "say"> {
    return {
      runtime: this.runtime,
      workBytes: this.memory.left(),
      phases: this.phases,
      say: (message) => this.detail(message),
    };
  }

  /** What the readers are told beside what was asked for. */
  get readerOptions(): Pick<ReadOptions, "say"> {
    return { say: (message) => this.detail(message) };
  }

  /** Opens a file, or stdin for `-`, with its progress told. */
  async open(path: string, onRead: OnRead = () => {}): Promise<Source> {
    const heard = (name: string, size: number | null): OnRead => {
      const drawn = this.progress.reading(name, size);
      return (bytes) => {
        onRead(bytes);
        drawn(bytes);
      };
    };
    if (path !== "-") {
      return openFile(path, heard(path, fileSize(path)));
    }
    return openStream("stdin", this.streams.stdin, heard("stdin", null));
  }

  async readVectors(path: string, options: ReadVectorsOptions): Promise<VectorSet> {
    const before = now();
    const told = { ...this.readerOptions, maxBytes: this.memory.left(), runtime: this.runtime };
    let bytes = 0;
    const source = await this.open(path, (more) => {
      bytes += more;
    });
    const set = await readVectors(source, { ...options, ...told });
    this.memory.take(set.values.byteLength);
    this.progress.clear();
    if (options.header === "auto") this.noteHeader(set);
    const spent = now() - before;
    const what = `${set.rows}×${set.dimensions}${set.ids ? " with ids" : ""}`;
    this.detail(`read ${set.name}: ${what}, ${duration(spent)}, ${rate(bytes, spent)}`);
    return set;
  }

  /** The bytes that a job may still take. */
  room(): number {
    return Math.min(this.memory.left(), freemem() / 2);
  }

  /** Gives the vectors of a file in parts, one after the other; it is read whole where it fits the memory there is. */
  async *readParts(path: string, options: ReadVectorsOptions): AsyncGenerator<VectorSet> {
    const left = this.room();
    const size = fileSize(path) ?? Number.POSITIVE_INFINITY;
    if (size * MOST_BYTES_PER_BYTE <= left) {
      yield* inParts(await this.readVectors(path, options), PART_ROWS);
      return;
    }
    const before = now();
    let bytes = 0;
    const source = await this.open(path, (more) => {
      bytes += more;
    });
    let rows = 0;
    for await (const part of readParts(source, { ...options, ...this.readerOptions }, left * PART_SHARE)) {
      this.progress.clear();
      if (rows === 0 && options.header === "auto") this.noteHeader(part);
      rows += part.rows;
      yield part;
    }
    this.detail(`read ${source.name}: ${rows} rows in parts, ${bytes} bytes`, before);
  }

  /** Says what was made of a first row that may have been meant the other way. */
  private noteHeader({ name, columnNames, values, dimensions, lines, ids }: VectorSet): void {
    if (!lines) return;
    // A column of ids has a name too, which no row of numbers begins with: what counts the others is a header.
    const counted = ids !== null && columnNames?.every((column, i) => column === String(i));
    if (columnNames?.some(isNumber) && !counted) {
      this.note(`${name}: read the first row as a header although it holds numbers; --header no reads it as data`);
    }
    const counts = values.subarray(0, dimensions).every((value, i) => value === i);
    if (!columnNames && dimensions > 2 && counts) {
      this.note(`${name}: read the first row, which counts from 0, as data; --header yes reads it as a header`);
    }
  }

  /** The same matrix; its progress is told, and the time that it takes, and whoever consumes it, is added up. */
  computing<M extends TiledMatrix>(matrix: M): M {
    const { phases } = this;
    async function* timed<B extends Block>(blocks: AsyncIterable<B>): AsyncGenerator<B> {
      let before = now();
      let waited = 0;
      for await (const block of blocks) {
        const came = now();
        waited += came - before;
        const written = phases.of("write");
        yield block;
        before = now();
        phases.addTime("reduce", before - came - (phases.of("write") - written));
      }
      // An engine that computes beside its consumers tells itself how long that took.
      if (phases.of("multiply") === 0) phases.addTime("multiply", waited);
    }
    return this.progress.computing(watched(matrix, timed));
  }

  /** Writes a chunk of the result; the destination opens with the first one, or earlier with `prepare`. */
  async write(text: string | Uint8Array): Promise<void> {
    if (text.length === 0) return;
    await this.prepare();
    const before = now();
    await this.destination?.write(text);
    this.phases.add("write", before);
    this.written += text.length;
  }

  /** Opens the destination, so that one that cannot be written fails before the work starts. */
  async prepare(): Promise<void> {
    this.destination ??= await openDestination(this.options.output, this.streams);
  }

  async commit(): Promise<void> {
    const before = now();
    await this.destination?.commit();
    this.phases.add("write", before);
    const spent = this.phases.of("write");
    this.detail(`wrote ${this.written} bytes, ${duration(spent)}, ${rate(this.written, spent)}`);
    this.detail("done", this.started);
  }

  async abandon(): Promise<void> {
    this.progress.clear();
    await this.destination?.abandon();
  }

  /** Says something about the result on stderr, unless asked to be quiet. */
  note(text: string): void {
    if (!this.options.quiet) this.warn(text);
  }

  /** Says on stderr what must not be missed. */
  warn(text: string): void {
    this.progress.clear();
    this.streams.stderr.write(`simcli: ${escapeControls(text)}\n`);
  }

  /** Says something that only `--verbose` asks for, with the time since `since` where that is given. */
  detail(text: string, since?: number): void {
    if (!this.options.verbose) return;
    this.warn(since === undefined ? text : `${text}, ${duration(now() - since)}`);
  }

  /** Says, where `--verbose` asks for it, where the time of a computed matrix, or of its parts side by side, went. */
  detailProduct(...parts: readonly MetricTiles[]): void {
    for (const line of productLines(parts, this.phases)) this.detail(line);
  }

  /** How to draw a table that shows these labels. */
  async tableOptions(labels: readonly (readonly string[] | null)[]): Promise<TableOptions> {
    const { output, color, full = false, heatmap = false, precision = 4 } = this.options;
    const streams = output === undefined ? this.streams : { ...this.streams, stdout: {} as Streams["stdout"] };
    return {
      width: widthOf(this.streams),
      full,
      heatmap,
      precision,
      paint: await paintFor(streams, "stdout", color),
      textWidth: await textWidthOf(labels.flatMap((list) => list ?? [])),
    };
  }
}

function chosenFormat({ format, json, output, full, heatmap }: CommonOptions, isTerminal: boolean): Format {
  if (json && format && format !== "json") {
    throw new UsageError(`--json: expected no other format with it, found --format ${format}`, "leave one of them out");
  }
  expectPlainFile("--output", output ?? "", "compress the output instead: simcli … | gzip > FILE");
  if (json) return "json";
  if (format) return format;
  if (output !== undefined && output !== "-") return formatOfFile(output);
  // Who asks for what only a table has wants one, in a pipe to a pager too.
  return isTerminal || full || heatmap ? "table" : "csv";
}

/** @throws {UsageError} for the name of a packed file, which would not be one. */
export function expectPlainFile(flag: string, path: string, hint?: string): void {
  const packed = /\.(?:gz|zst|bz2|xz)$/i.exec(path);
  if (packed) throw new UsageError(`${flag}: expected an uncompressed file, found ${packed[0]}`, hint);
}

/** The part of a command's options that settles how files are read. */
export function readOptionsOf(options: InputOptions): ReadOptions {
  const { delimiter, header, idColumn, columns, inputFormat, vectorColumn } = options;
  return {
    header,
    ...(inputFormat !== undefined && { inputFormat }),
    ...(delimiter !== undefined && { delimiter }),
    ...(idColumn !== undefined && { idColumn }),
    ...(columns !== undefined && { columns }),
    ...(vectorColumn !== undefined && { vectorColumn }),
  };
}

const STDIN: ReadonlySet<string | undefined> = new Set(["-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"]);

/** @throws {UsageError} when more than one of the files is stdin. */
export function expectOneStdin(paths: readonly (string | undefined)[]): void {
  const found = paths.filter((path) => STDIN.has(path));
  if (found.length > 1) {
    const names = found.map((path) => `"${path}"`).join(" and ");
    throw new UsageError(`expected stdin for one of the files, found ${names}`, "stdin can be read only once");
  }
}
