import { UsageError } from "../errors.js";
import type { Tile } from "../matrix.js";
import { delimitedMatrix, delimitedRecords } from "../output/delimited.js";
import {
  type Chunk,
  FORMATS,
  type Format,
  type MatrixFormatter,
  type MatrixHead,
  type Records,
} from "../output/format.js";
import { jsonMatrix, ndjsonMatrix, ndjsonRecords } from "../output/json.js";
import { markdownMatrix, markdownRecords } from "../output/markdown.js";
import { npyMatrix } from "../output/npy.js";
import { numberFormat } from "../output/number.js";
import type { Context } from "./context.js";

/** A format for scripts and documents; the table, which a person looks at, is drawn by each command. */
export type PlainFormat = Exclude<Format, "table">;

/**
 * The formatter of matrices for a format.
 *
 * @param header whether ids make a first row and a first column of csv and tsv.
 */
export async function matrixFormatter(
  format: PlainFormat,
  head: MatrixHead,
  precision: number | null,
  header: boolean,
): Promise<MatrixFormatter<Chunk>> {
  switch (format) {
    case "csv":
      return delimitedMatrix(head, ",", numberFormat(precision, "nan"), header);
    case "tsv":
      return delimitedMatrix(head, "\t", numberFormat(precision, "nan"), header);
    case "json":
      return jsonMatrix(head, numberFormat(precision, "null"));
    case "ndjson":
      return ndjsonMatrix(head, numberFormat(precision, "null"));
    case "markdown":
      return markdownMatrix(head, numberFormat(precision, "nan"));
    case "npy":
      return npyMatrix(head);
    case "parquet":
      return (await import("../output/parquet.js")).parquetMatrix(head);
  }
}

/** A format for lists of records. */
export type RecordFormat = Exclude<Format, "npy">;

/**
 * The format, if it has a place for a list of records.
 *
 * @throws {UsageError} for one that has none.
 */
export function recordFormat(format: Format): RecordFormat {
  if (format !== "npy") return format;
  const others = FORMATS.filter((other) => other !== "npy").join(", ");
  const hint = "npy holds one matrix of numbers";
  throw new UsageError(`--format: expected ${others} for a list of records, found npy`, hint);
}

async function recordChunks(
  format: Exclude<RecordFormat, "table" | "json">,
  records: Records,
  precision: number | null,
): Promise<Iterable<Chunk>> {
  switch (format) {
    case "csv":
      return delimitedRecords(records, ",", numberFormat(precision, "nan"));
    case "tsv":
      return delimitedRecords(records, "\t", numberFormat(precision, "nan"));
    case "ndjson":
      return ndjsonRecords(records, numberFormat(precision, "null"));
    case "markdown":
      return markdownRecords(records, numberFormat(precision, "nan"));
    case "parquet":
      return (await import("../output/parquet.js")).parquetRecords(records);
  }
}

/** From so many cells on, a tile is written by the kernels. */
const WORTH_A_KERNEL = 1 << 12;

/** Writes the cells of a tile. */
export async function writeTile(context: Context, formatter: MatrixFormatter<Chunk>, tile: Tile): Promise<void> {
  if (!formatter.parts || tile.values.length < WORTH_A_KERNEL) return context.write(formatter.tile(tile));
  for await (const part of formatter.parts(tile, context.options.threads)) await context.write(part);
}

const CHUNK_CHARACTERS = 1 << 16;

/** Writes small chunks of text a larger one at a time, and bytes as they are. */
export async function writeAll(context: Context, chunks: Iterable<Chunk>): Promise<void> {
  let text = "";
  for (const chunk of chunks) {
    if (typeof chunk === "string") text += chunk;
    if (typeof chunk === "string" && text.length < CHUNK_CHARACTERS) continue;
    await context.write(text);
    text = "";
    if (typeof chunk !== "string") await context.write(chunk);
  }
  await context.write(text);
}

/** Writes the lines of a table. */
export async function writeLines(context: Context, lines: readonly string[]): Promise<void> {
  function* ended(): Generator<string> {
    for (const line of lines) yield `${line}\n`;
  }
  await writeAll(context, ended());
}

/** Writes records in a format that lists them. */
export async function writeRecords(
  context: Context,
  format: Exclude<RecordFormat, "table" | "json">,
  records: Records,
): Promise<void> {
  await writeAll(context, await recordChunks(format, records, context.options.precision ?? null));
}
