import { stat } from "node:fs/promises";
import { UsageError } from "../errors.js";
import type { ReadOptions } from "../input/dialect.js";
import { isNumber } from "../input/number.js";
import { openFile, openStream, type Source } from "../input/open.js";
import { readVectors } from "../input/read-vectors.js";
import { escapeControls } from "../output/escape.js";
import { type Format, formatOfFile, isBinary } from "../output/format.js";
import type { TableOptions } from "../output/table/grid.js";
import { widthOf as textWidthOf } from "../output/table/width.js";
import type { SimilarityOptions } from "../similarity/cosine-similarity.js";
import type { VectorSet } from "../vectors.js";
import { type Destination, openDestination } from "./destination.js";
import type { CommonOptions, InputOptions } from "./options.js";
import { Progress } from "./progress.js";
import { paintFor, type Streams, widthOf } from "./streams.js";

/** One run of a command: its streams, what was asked for on all of them, and what is said beside the result. */
export class Context {
  readonly format: Format;
  readonly progress: Progress;
  private destination: Destination | null = null;
  private readonly started = performance.now();

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
      throw new UsageError(`--format ${this.format}: expected a file or a pipe, found a terminal`, "-o FILE");
    }
    this.progress = new Progress(streams, stderr.isTTY === true && !options.quiet);
  }

  /** Whether text goes straight to a terminal, so that ids must not act on it. */
  get showsTerminal(): boolean {
    const { output = "-" } = this.options;
    return output === "-" && this.streams.stdout.isTTY === true;
  }

  /** What the engines are told beside their own options. */
  get engineOptions(): Pick<SimilarityOptions, "threads" | "say"> {
    const { threads } = this.options;
    return { ...(threads === undefined ? {} : { threads }), say: (message) => this.detail(message) };
  }

  /** Opens a file, or stdin for `-`, with its progress told. */
  async open(path: string): Promise<Source> {
    if (path !== "-") {
      const size = await stat(path).then(
        (file) => (file.isFile() ? file.size : null),
        () => null,
      );
      return openFile(path, this.progress.reading(path, size));
    }
    return openStream("stdin", this.streams.stdin, this.progress.reading("stdin", null));
  }

  async readVectors(path: string, options: ReadOptions): Promise<VectorSet> {
    const before = performance.now();
    const { threads } = this.options;
    const set = await readVectors(await this.open(path), threads === undefined ? options : { ...options, threads });
    this.progress.clear();
    if (options.header === "auto") this.noteHeader(set);
    this.detail(`read ${set.name}: ${set.rows}×${set.dimensions}${set.ids ? " with ids" : ""}`, before);
    return set;
  }

  /** Says what was made of a first row that may have been meant the other way. */
  private noteHeader({ name, columnNames, values, dimensions, lines }: VectorSet): void {
    if (!lines) return;
    if (columnNames?.some(isNumber)) {
      this.note(`${name}: took the first row for a header, though it holds numbers; --header no keeps it as data`);
    }
    const counts = values.subarray(0, dimensions).every((value, i) => value === i);
    if (!columnNames && dimensions > 2 && counts) {
      this.note(`${name}: took the first row, which counts from 0, for data; --header yes makes it a header`);
    }
  }

  /** Writes a chunk of the result; the destination opens with the first one, or earlier with `prepare`. */
  async write(text: string | Uint8Array): Promise<void> {
    if (text.length === 0) return;
    await this.prepare();
    await this.destination?.write(text);
  }

  /** Opens the destination, so that one that cannot be written fails before the work starts. */
  async prepare(): Promise<void> {
    this.destination ??= await openDestination(this.options.output, this.streams);
  }

  async commit(): Promise<void> {
    await this.destination?.commit();
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
    const seconds = since === undefined ? "" : `, ${((performance.now() - since) / 1000).toFixed(3)} s`;
    this.warn(text + seconds);
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
    throw new UsageError(`--json: expected no other format beside it, found --format ${format}`);
  }
  const packed = /\.(?:gz|zst|bz2|xz)$/i.exec(output ?? "");
  if (packed) {
    const hint = "leave -o out, and pack what comes: simcli … | gzip > FILE";
    throw new UsageError(`--output: expected a file of plain text, found ${packed[0]}`, hint);
  }
  if (json) return "json";
  if (format) return format;
  if (output !== undefined && output !== "-") return formatOfFile(output);
  // Who asks for what only a table has wants one, in a pipe to a pager too.
  return isTerminal || full || heatmap ? "table" : "csv";
}

/** The part of a command's options that settles how files are read. */
export function readOptionsOf(options: InputOptions): ReadOptions {
  const { delimiter, header, idColumn, columns, inputFormat, vectorColumn } = options;
  return {
    header,
    inputFormat,
    ...(delimiter !== undefined && { delimiter }),
    ...(idColumn !== undefined && { idColumn }),
    ...(columns !== undefined && { columns }),
    ...(vectorColumn !== undefined && { vectorColumn }),
  };
}

/** @throws {UsageError} when more than one of the files is stdin. */
export function expectOneStdin(paths: readonly (string | undefined)[]): void {
  if (paths.filter((path) => path === "-").length > 1) {
    throw new UsageError('expected "-" for one of the files, found it twice', "stdin can be read only once");
  }
}
