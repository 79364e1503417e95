import { UsageError } from "../errors.js";
import type { Tile } from "../matrix.js";
import { delimitedMatrix, delimitedRecords } from "../output/delimited.js";
import { escapeControls } from "../output/escape.js";
import type { Cell, Chunk, Format, MatrixFormatter, MatrixHead, Records } from "../output/format.js";
import { jsonMatrix, jsonRecords, ndjsonMatrix, ndjsonRecords } from "../output/json.js";
import { markdownMatrix, markdownRecords } from "../output/markdown.js";
import { npyMatrix } from "../output/npy.js";
import { numberFormat } from "../output/number.js";
import { recordsTable } from "../output/table/records-table.js";
import type { Context } from "./context.js";

/** A format for scripts and documents; the table, which a person looks at, is drawn by each command. */
export type PlainFormat = Exclude<Format, "table">;

/**
 * The formatter of matrices for a format.
 *
 * @param header whether ids make a first row and a first column of csv and tsv.
 */
export function matrixFormatter(
  format: PlainFormat,
  head: MatrixHead,
  precision: number | null,
  header: boolean,
): MatrixFormatter {
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
  }
}

function recordChunks(
  format: Exclude<PlainFormat, "json">,
  records: Records,
  precision: number | null,
): Iterable<string> {
  switch (format) {
    case "csv":
      return delimitedRecords(records, ",", numberFormat(precision, "nan"));
    case "tsv":
      return delimitedRecords(records, "\t", numberFormat(precision, "nan"));
    case "ndjson":
      return ndjsonRecords(records, numberFormat(precision, "null"));
    case "markdown":
      return markdownRecords(records, numberFormat(precision, "nan"));
    case "npy":
      throw new UsageError(
        "--format: expected one for records, found npy, which is for matrices",
        "-f csv or -f ndjson",
      );
  }
}

/** From so many cells on, a tile is written by the kernels. */
const WORTH_A_KERNEL = 1 << 12;

/** Writes the cells of a tile. */
export async function writeTile(context: Context, formatter: MatrixFormatter, tile: Tile): Promise<void> {
  if (!formatter.parts || tile.values.length < WORTH_A_KERNEL) return context.write(formatter.tile(tile));
  for await (const part of formatter.parts(tile, context.options.threads)) await context.write(part);
}

const TILE_CELLS = 1 << 21;

/** Writes rows that are held in memory, `firstRow` the first of them, a tile at a time. */
export async function writeRows(
  context: Context,
  formatter: MatrixFormatter,
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

/** Writes small chunks of text a larger one at a time. */
export async function writeAll(context: Context, chunks: Iterable<Chunk>): Promise<void> {
  let text = "";
  for (const chunk of chunks) {
    if (typeof chunk !== "string") {
      await context.write(text);
      await context.write(chunk);
      text = "";
      continue;
    }
    text += chunk;
    if (text.length < CHUNK_CHARACTERS) continue;
    await context.write(text);
    text = "";
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
  const { format, options } = context;
  if (format === "table") return writeLines(context, recordsTable(records, title, await context.tableOptions([])));
  if (format === "json")
    return writeAll(context, jsonRecords(records, numberFormat(options.precision ?? null, "null")));
  return writeRecords(context, format, records);
}

/** Writes records in a format that lists them. */
export async function writeRecords(
  context: Context,
  format: Exclude<PlainFormat, "json">,
  records: Records,
): Promise<void> {
  const shown = context.needsEscapes ? escaped(records) : records;
  await writeAll(context, recordChunks(format, shown, context.options.precision ?? null));
}

/** Records whose texts cannot act on a terminal. */
function escaped(records: Records): Records {
  function* rows(): Generator<Cell[]> {
    for (const row of records.rows) yield row.map((cell) => (typeof cell === "string" ? escapeControls(cell) : cell));
  }
  return { ...records, rows: rows() };
}
