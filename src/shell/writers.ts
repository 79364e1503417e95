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
      return (await import("../formats/parquet/write-parquet.js")).parquetMatrix(head);
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
      return (await import("../formats/parquet/write-parquet.js")).parquetRecords(records);
  }
}

/** From so many cells on, a tile is written by the kernels. */
const WORTH_A_KERNEL = 1 << 12;

/** Writes the cells of a tile. */
export async function writeTile(context: Context, formatter: MatrixFormatter<Chunk>, tile: Tile): Promise<void> {
  if (!formatter.parts || tile.values.length < WORTH_A_KERNEL) return context.write(formatter.tile(tile));
  for await (const part of formatter.parts(tile, context.runtime)) await context.write(part);
}

const TILE_CELLS = 1 << 21;

/** Writes rows that are held in memory, `firstRow` the first of them, a tile at a time. */
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

/** Writes a list of records in any format: a table under a title, a JSON array, or what the format has for records. */
export async function writeRecordList(context: Context, records: Records, title: string): Promise<void> {
  const { options } = context;
  const format = recordFormat(context.format);
  if (format === "table") return writeLines(context, recordsTable(records, title, await context.tableOptions([])));
  if (format === "json")
    return writeAll(context, jsonRecords(records, numberFormat(options.precision ?? null, "null")));
  return writeRecords(context, format, records);
}

/** Writes records in a format that lists them. */
export async function writeRecords(
  context: Context,
  format: Exclude<RecordFormat, "table" | "json">,
  records: Records,
): Promise<void> {
  const shown = context.needsEscapes ? escaped(records) : records;
  await writeAll(context, await recordChunks(format, shown, context.options.precision ?? null));
}

/** Records whose texts cannot act on a terminal. */
function escaped(records: Records): Records {
  function* rows(): Generator<Cell[]> {
    for (const row of records.rows) yield row.map((cell) => (typeof cell === "string" ? escapeControls(cell) : cell));
  }
  return { ...records, rows: rows() };
}
