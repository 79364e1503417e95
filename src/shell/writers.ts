import { UsageError } from "../core/errors.js";
import type { Tile } from "../core/matrix.js";
import { delimitedMatrix, delimitedRecords } from "../formats/csv/write-csv.js";
import { jsonMatrix, jsonRecords, ndjsonMatrix, ndjsonRecords } from "../formats/json/write-json.js";
import { markdownMatrix, markdownRecords } from "../formats/markdown/write-markdown.js";
import { npyMatrix } from "../formats/npy/write-npy.js";
import { escapeControls } from "../output/escape.js";
import {
  type Cell,
  type Chunk,
  FORMATS,
  type Format,
  type MatrixFormatter,
  type MatrixHead,
  type Records,
} from "../output/format.js";
import { numberFormat } from "../output/number.js";
import { recordsTable } from "../tables/records-table.js";
import type { Context } from "./context.js";

/** The formats for scripts and documents; each command draws its own table. */
export type PlainFormat = Exclude<Format, "table">;

/**
 * Returns the matrix formatter of a format.
 *
 * @param header whether csv and tsv contain ids as first row and first column.
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
      return (await import("../formats/parquet/write-parquet.js")).parquetMatrix(head);
  }
}

/** The formats for lists of records. */
export type RecordFormat = Exclude<Format, "npy">;

/**
 * Returns the format if it supports records.
 *
 * @throws {UsageError} for one that does not.
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
      return (await import("../formats/parquet/write-parquet.js")).parquetRecords(records);
  }
}

/** Minimum number of cells of a tile for which the kernels are faster. */
const WORTH_A_KERNEL = 1 << 12;

export async function writeTile(context: Context, formatter: MatrixFormatter<Chunk>, tile: Tile): Promise<void> {
  if (!formatter.parts || tile.values.length < WORTH_A_KERNEL) return context.write(formatter.tile(tile));
  for await (const part of formatter.parts(tile, context.runtime)) await context.write(part);
}

const TILE_CELLS = 1 << 21;

/** Writes rows that are held in memory, tile by tile; `firstRow` is the number of the first one. */
export async function writeRows(
  context: Context,
  formatter: MatrixFormatter<Chunk>,
  values: Float64Array,
  columns: number,
  firstRow = 0,
): Promise<void> {
  const cells = Math.max(1, Math.floor(TILE_CELLS / columns)) * columns;
  for (let at = 0; at < values.length; at += cells) {
    const part = values.subarray(at, at + cells);
    const tile = { firstRow: firstRow + at / columns, rows: part.length / columns, columns, values: part };
    await writeTile(context, formatter, tile);
  }
}

const CHUNK_CHARACTERS = 1 << 16;

/** Writes chunks; joins small chunks of text to larger ones. */
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

export async function writeLines(context: Context, lines: readonly string[]): Promise<void> {
  function* ended(): Generator<string> {
    for (const line of lines) yield `${line}\n`;
  }
  await writeAll(context, ended());
}

/** Writes a list of records in any format: as a table with a title, a JSON array, or the records of the format. */
export async function writeRecordList(context: Context, records: Records, title: string): Promise<void> {
  const { options } = context;
  const format = recordFormat(context.format);
  if (format === "table") return writeLines(context, recordsTable(records, title, await context.tableOptions([])));
  if (format === "json")
    return writeAll(context, jsonRecords(records, numberFormat(options.precision ?? null, "null")));
  return writeRecords(context, format, records);
}

/** Writes records in a format other than table and json. */
export async function writeRecords(
  context: Context,
  format: Exclude<RecordFormat, "table" | "json">,
  records: Records,
): Promise<void> {
  const shown = context.needsEscapes ? escaped(records) : records;
  await writeAll(context, await recordChunks(format, shown, context.options.precision ?? null));
}

/** Escapes texts that could control the terminal. */
function escaped(records: Records): Records {
  function* rows(): Generator<Cell[]> {
    for (const row of records.rows) yield row.map((cell) => (typeof cell === "string" ? escapeControls(cell) : cell));
  }
  return { ...records, rows: rows() };
}
