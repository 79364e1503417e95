import { freemem } from "node:os";
import { DataError, UsageError } from "../core/errors.js";
import { type Part, type TiledMatrix, watched } from "../core/matrix.js";
import { now, Phases } from "../core/phases.js";
import { type Format, formatOfFile, isBinary } from "../formats/writers.js";
import type { ReadOptions } from "../input/reader.js";
import type { Source } from "../input/source.js";
import { CARD_NAMES } from "../kernels/card/find-card.js";
import { Runtime } from "../kernels/runtime.js";
import { onCompile } from "../kernels/wasm.js";
import { escapeControls } from "../output/escape.js";
import { widthOf as textWidthOf } from "../output/width.js";
import type { ComputeOptions } from "../similarity/options.js";
import type { TableOptions } from "../tables/grid.js";
import { type Destination, openDestination } from "./destination.js";
import { hasRoomForThreads, setBlasEnvironment, setKernelFlags } from "./host-process.js";
import { MemoryBudget } from "./memory.js";
import type { CommonOptions, EngineOptions } from "./options.js";
import { Progress } from "./progress.js";
import { heatmapLines, paintFor, type Streams, widthOf } from "./streams.js";
import { type ComputedMatrix, duration, productLines, rate } from "./timings.js";

/** One run of a command: its streams, common options, output and notes. */
export class Context {
  readonly format: Format;
  readonly progress: Progress;
  readonly phases = new Phases();
  readonly runtime: Runtime;
  readonly memory: MemoryBudget;
  private destination: Destination | null = null;
  private readonly others: Destination[] = [];
  private written = 0;
  /** Whether rows must not be left out, so that hints do not suggest it. */
  keepsAllRows = false;
  /** The notes that were written, for a result that repeats them. */
  readonly notes: string[] = [];
  /** Streams whose first bytes were examined, by their paths; the next reader of the path continues with them. */
  readonly examined = new Map<string, Source>();
  private readonly noted = new Set<string>();
  private readonly waitingNotes: string[] = [];
  private readonly started = now();

  constructor(
    readonly streams: Streams,
    readonly options: CommonOptions & Partial<Pick<EngineOptions, "backend">>,
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
    const threads = options.threads ?? (hasRoomForThreads() ? undefined : 1);
    const { SIMCLI_BLAS: blas, SIMCLI_CUDA: cuda, SIMCLI_WEBGPU: webgpu } = process.env;
    onCompile(() => setKernelFlags());
    this.runtime = new Runtime({
      ...(threads === undefined ? {} : { threads }),
      ...(blas ? { blas } : {}),
      cards: { cuda: cuda || undefined, webgpu: webgpu || undefined },
      beforeBlas: () => setBlasEnvironment(process.env),
    });
    this.progress = new Progress(streams, stderr.isTTY === true && !options.quiet);
  }

  /** Whether the result is written to a terminal. */
  get showsTerminal(): boolean {
    const { output = "-" } = this.options;
    return output === "-" && this.streams.stdout.isTTY === true;
  }

  /** Whether ids could control the terminal: true for formats that write them unescaped. */
  get needsEscapes(): boolean {
    return this.showsTerminal && (this.format === "csv" || this.format === "tsv");
  }

  /** Options of the engines that do not depend on the command. */
  get engineOptions(): Pick<ComputeOptions, "runtime" | "workBytes" | "phases" | "say"> {
    return {
      runtime: this.runtime,
      workBytes: this.memory.left(),
      phases: this.phases,
      say: (message) => this.detail(message),
    };
  }

  /** Options of the readers that do not depend on the command. */
  get readerOptions(): Pick<ReadOptions, "say" | "note" | "onGuess"> {
    return {
      say: (message) => this.detail(message),
      note: (message) => this.noteLater(message),
      onGuess: (guess, otherwise) => {
        if (this.options.strict) throw new DataError(`${guess}: --strict refuses this guess`, otherwise);
        this.noteLater(`${guess}; ${otherwise}`);
      },
    };
  }

  /** Returns the number of bytes that the job may still use. */
  room(): number {
    return Math.min(this.memory.left(), freemem() / 2);
  }

  /** Returns the matrix with progress reports; adds up the time spent computing and consuming it. */
  computing<M extends TiledMatrix>(matrix: M): M {
    const { phases } = this;
    async function* timed<P extends Part>(parts: AsyncIterable<P>): AsyncGenerator<P> {
      let before = now();
      let waited = 0;
      for await (const part of parts) {
        const came = now();
        waited += came - before;
        const written = phases.of("write");
        yield part;
        before = now();
        phases.addTime("reduce", before - came - (phases.of("write") - written));
      }
      // An engine that computes in parallel with its consumers measures its own time.
      if (phases.of("multiply") === 0) phases.addTime("multiply", waited);
    }
    return this.progress.computing(watched(matrix, timed));
  }

  /** Writes a chunk of the result. The destination opens with the first chunk, or earlier with `prepare`. */
  async write(text: string | Uint8Array): Promise<void> {
    if (text.length === 0) return;
    await this.prepare();
    const before = now();
    await this.destination?.write(text);
    this.phases.add("write", before);
    this.written += text.length;
  }

  /** Opens the destination early, so that a write error occurs before the work starts. */
  async prepare(): Promise<void> {
    this.destination ??= await openDestination(this.options.output, this.streams);
  }

  /** Opens a file beside the result; it appears with the result, or not at all. */
  async openOther(path: string): Promise<Destination> {
    const other = await openDestination(path, this.streams);
    this.others.push(other);
    return other;
  }

  async commit(): Promise<void> {
    this.writeFileNotes();
    const before = now();
    await this.destination?.commit();
    for (const other of this.others) await other.commit();
    this.phases.add("write", before);
    const spent = this.phases.of("write");
    this.detail(`wrote ${this.written} bytes, ${duration(spent)}, ${rate(this.written, spent)}`);
    this.detail("done", this.started);
  }

  async abandon(): Promise<void> {
    this.progress.clear();
    await this.destination?.abandon();
    for (const other of this.others) await other.abandon();
  }

  /** Writes a note about the result to stderr, unless `--quiet` was given. */
  note(text: string): void {
    this.notes.push(text);
    if (!this.options.quiet) this.warn(text);
  }

  /** Writes the notes about files that have been read; those of a file with errors are not written. */
  writeFileNotes(): void {
    for (const text of this.waitingNotes) this.note(text);
    this.waitingNotes.length = 0;
  }

  /** Keeps a note about a file, unless it was kept before: a file may be read twice. */
  private noteLater(text: string): void {
    if (!this.noted.has(text)) this.waitingNotes.push(text);
    this.noted.add(text);
  }

  /** Writes a message to stderr, even with `--quiet`. */
  warn(text: string): void {
    this.progress.clear();
    this.streams.stderr.write(`simcli: ${escapeControls(text)}\n`);
  }

  /** Writes a message to stderr if `--verbose` was given, with the time since `since` if it is given. */
  detail(text: string, since?: number): void {
    if (!this.options.verbose) return;
    this.warn(since === undefined ? text : `${text}, ${duration(now() - since)}`);
  }

  /** Reports, with `--verbose`, the timings of a matrix. */
  detailProduct(matrix: ComputedMatrix): void {
    for (const line of productLines(matrix, this.phases)) this.detail(line);
    const { backend = "auto" } = this.options;
    if (!CARD_NAMES.some((card) => card === backend) || matrix.backend === backend || this.noted.has(backend)) return;
    this.noted.add(backend);
    this.note(`--backend ${backend} was not used for these scores: a graphics card computes only products of all rows`);
  }

  /** Returns the options for drawing a table with these labels. */
  async tableOptions(labels: readonly (readonly string[] | null)[]): Promise<TableOptions> {
    const { output, color, full = false, heatmap = false, precision = 4 } = this.options;
    const streams = output === undefined ? this.streams : { ...this.streams, stdout: {} as Streams["stdout"] };
    const paint = await paintFor(streams, "stdout", color);
    return {
      width: widthOf(this.streams),
      height: heatmapLines(streams),
      full,
      heatmap,
      precision,
      paint,
      textWidth: await textWidthOf(labels.flatMap((list) => list ?? [])),
      images: heatmap ? await (await import("./images.js")).terminalImages(streams, paint.level) : null,
    };
  }
}

function chosenFormat(
  { format, json, output, full, heatmap, shard, corpusShard }: CommonOptions,
  isTerminal: boolean,
): Format {
  if (json && format && format !== "json") {
    throw new UsageError(`--json: expected no other format with it, found --format ${format}`, "leave one of them out");
  }
  expectPlainFile("--output", output ?? "", "compress the output instead: simcli … | gzip > FILE");
  // Parts have a format of their own.
  if (shard || corpusShard) return "csv";
  if (json) return "json";
  if (format) return format;
  if (output !== undefined && output !== "-") return formatOfFile(output);
  // `--full` and `--heatmap` apply only to tables: they imply a table, even in a pipe (to a pager).
  return isTerminal || full || heatmap ? "table" : "csv";
}

/** @throws {UsageError} for the name of a compressed file: output is not compressed. */
export function expectPlainFile(flag: string, path: string, hint?: string): void {
  const packed = /\.(?:gz|zst|bz2|xz)$/i.exec(path);
  if (packed) throw new UsageError(`${flag}: expected an uncompressed file, found ${packed[0]}`, hint);
}
