import { closestMatch } from "leven";
import { UsageError } from "../core/errors.js";
import { shellWord } from "../core/shell-word.js";
import type { Writer } from "../output/format.js";

/** A format that results are written in. */
export interface OutputFormat {
  /** Extensions of file names, in lower case, without the dot. */
  readonly extensions: readonly string[];
  /** Whether a terminal cannot show it. */
  readonly isBinary?: true;
  /** Whether it has no place for a list of records. */
  readonly isMatrixOnly?: true;
  /** Whether it is a picture, of a matrix or of charts. */
  readonly isPicture?: true;
  /** Whether it stores numbers of several types. */
  readonly storesTypes?: true;
  /** Loads the writer, which only a result in this format needs. */
  load(): Promise<Writer>;
}

/** Returns a format of big-ann-benchmarks. */
const bigAnn = <N extends "fbin" | "ibin" | "u8bin" | "i8bin">(name: N) => ({
  extensions: [name] as const,
  isBinary: true as const,
  isMatrixOnly: true as const,
  load: async () => (await import("./big-ann/write-big-ann.js")).bigAnnWriter(name),
});

const WRITERS = {
  csv: {
    extensions: ["csv"],
    load: async () => (await import("./csv/write-csv.js")).csvWriter,
  },
  tsv: {
    extensions: ["tsv", "tab"],
    load: async () => (await import("./csv/write-csv.js")).tsvWriter,
  },
  json: {
    extensions: ["json"],
    load: async () => (await import("./json/write-json.js")).jsonWriter,
  },
  ndjson: {
    extensions: ["ndjson", "jsonl"],
    load: async () => (await import("./json/write-json.js")).ndjsonWriter,
  },
  markdown: {
    extensions: ["md", "markdown"],
    load: async () => (await import("./markdown/write-markdown.js")).markdownWriter,
  },
  npy: {
    extensions: ["npy"],
    isBinary: true,
    isMatrixOnly: true,
    storesTypes: true,
    load: async () => (await import("./npy/write-npy.js")).npyWriter,
  },
  safetensors: {
    extensions: ["safetensors"],
    isBinary: true,
    isMatrixOnly: true,
    storesTypes: true,
    load: async () => (await import("./safetensors/write-safetensors.js")).safetensorsWriter,
  },
  fbin: bigAnn("fbin"),
  ibin: bigAnn("ibin"),
  u8bin: bigAnn("u8bin"),
  i8bin: bigAnn("i8bin"),
  ivecs: {
    extensions: ["ivecs"],
    isBinary: true,
    isMatrixOnly: true,
    load: async () => (await import("./vecs/write-vecs.js")).ivecsWriter,
  },
  parquet: {
    extensions: ["parquet", "pq"],
    isBinary: true,
    load: async () => (await import("./parquet/write-parquet.js")).parquetWriter,
  },
  arrow: {
    extensions: ["arrow", "feather"],
    isBinary: true,
    load: async () => (await import("./arrow/write-arrow.js")).arrowWriter,
  },
  svg: {
    extensions: ["svg"],
    isMatrixOnly: true,
    isPicture: true,
    load: async () => (await import("./picture/write-picture.js")).svgWriter,
  },
  png: {
    extensions: ["png"],
    isBinary: true,
    isMatrixOnly: true,
    isPicture: true,
    load: async () => (await import("./picture/write-picture.js")).loadPngWriter(),
  },
} as const satisfies { readonly [name: string]: OutputFormat };

/** A format for programs and documents. */
export type PlainFormat = keyof typeof WRITERS;

/** A format of a result; each command draws its own table. */
export type Format = "table" | PlainFormat;

export const FORMATS: readonly Format[] = ["table", ...(Object.keys(WRITERS) as PlainFormat[])];

/** A format without a place for a list of records. */
type MatrixFormat = { [F in PlainFormat]: (typeof WRITERS)[F] extends { isMatrixOnly: true } ? F : never }[PlainFormat];

/** A format with a place for a list of records. */
export type RecordFormat = Exclude<Format, MatrixFormat>;

/** A format of charts. */
export type PictureFormat = {
  [F in PlainFormat]: (typeof WRITERS)[F] extends { isPicture: true } ? F : never;
}[PlainFormat];

const writerOf = (format: PlainFormat): OutputFormat => WRITERS[format];

export const loadWriter = (format: PlainFormat): Promise<Writer> => writerOf(format).load();

/** Whether a format has a place for a list of records. */
export const holdsRecords = (format: Format): format is RecordFormat =>
  format === "table" || !writerOf(format).isMatrixOnly;

/** Whether a format consists of bytes that no terminal can show. */
export const isBinary = (format: Format): boolean => format !== "table" && writerOf(format).isBinary === true;

/**
 * Returns the format, if it has a place for a list of records.
 *
 * @throws {UsageError} for a format without one.
 */
export function recordFormat(format: Format): RecordFormat {
  if (holdsRecords(format)) return format;
  const others = FORMATS.filter(holdsRecords).join(", ");
  const hint = isPicture(format) ? `${format} shows a matrix or charts` : `${format} holds one matrix of numbers`;
  throw new UsageError(`--format: expected ${others} for a list of records, found ${format}`, hint);
}

/** Whether a format stores numbers of several types. */
export const storesTypes = (format: Format): boolean => format !== "table" && writerOf(format).storesTypes === true;

/** Whether a format is a picture. */
export const isPicture = (format: Format): format is PictureFormat =>
  format !== "table" && writerOf(format).isPicture === true;

/**
 * Returns the format, if it has a place for a list of records or for charts.
 *
 * @throws {UsageError} for a format without one.
 */
export const recordOrPictureFormat = (format: Format): RecordFormat | PictureFormat =>
  isPicture(format) ? format : recordFormat(format);

/**
 * Returns the format of a file extension: a table for `.txt`, CSV for a name without an extension.
 *
 * @throws {UsageError} for the extension of a format that is not written.
 */
export function formatOfFile(path: string): Format {
  const extension = /\.([^./\\]+)$/.exec(path)?.[1]?.toLowerCase() ?? "";
  if (extension === "") return "csv";
  if (extension === "txt") return "table";
  const names = Object.keys(WRITERS) as PlainFormat[];
  const format = names.find((name) => writerOf(name).extensions.includes(extension));
  if (format) return format;
  if (extension === "html" || extension === "htm") {
    const expected = `${path}: expected the extension of an output format, found .${extension}`;
    throw new UsageError(expected, `simcli report writes a page: simcli report a.npy b.npy -o ${shellWord(path)}`);
  }
  const known = names.flatMap((name) => writerOf(name).extensions);
  const close = closestMatch(extension, known, { maxDistance: extension.length > 3 ? 2 : 1 });
  throw new UsageError(
    `${path}: expected the extension of an output format, found .${extension}`,
    `${close ? `did you mean .${close}? ` : ""}supported: ${known.map((one) => `.${one}`).join(" ")}; -f csv writes CSV to any name`,
  );
}
