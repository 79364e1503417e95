import { UsageError } from "../core/errors.js";
import type { Tile } from "../core/matrix.js";
import { formatOfFile, loadWriter, type PictureFormat, type RecordFormat, recordFormat } from "../formats/writers.js";
import { escapeControls } from "../output/escape.js";
import {
  type Cell,
  type Chunk,
  isList,
  type MatrixFormatter,
  type RecordCell,
  type Records,
} from "../output/format.js";
import type { Figure } from "../pictures/figure.js";
import { recordsTable } from "../tables/records-table.js";
import { type Context, expectPlainFile } from "./context.js";

/** From this number of cells on, the kernels write a tile. */
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
  const format = recordFormat(context.format);
  if (format === "table") return writeLines(context, recordsTable(records, title, await context.tableOptions([])));
  return writeRecords(context, format, records);
}

/** Returns the same records, and a function that returns how many of them have been taken. */
export function counting(records: Records): { readonly records: Records; count(): number } {
  let taken = 0;
  function* rows(): Generator<readonly RecordCell[]> {
    for (const row of records.rows) {
      taken++;
      yield row;
    }
  }
  return { records: { ...records, rows: rows() }, count: () => taken };
}

/** Writes records in any format except a table. */
export async function writeRecords(
  context: Context,
  format: Exclude<RecordFormat, "table">,
  records: Records,
): Promise<void> {
  const shown = context.needsEscapes ? escaped(records) : records;
  const writer = await loadWriter(format);
  if (!writer.records) throw new Error(`the writer of ${format} has no records`);
  const options = { precision: context.options.precision ?? null, header: true };
  await writeAll(context, writer.records(shown, options));
}

/** A file of records beside the result. */
export interface RecordFile {
  write(records: Records): Promise<void>;
}

/**
 * Opens a file of records beside the result. The format follows the extension.
 *
 * @param flag the option that names the file, for messages.
 * @throws {UsageError} for the extension of a format without records.
 */
export async function openRecordFile(context: Context, flag: string, path: string): Promise<RecordFile> {
  expectPlainFile(flag, path);
  const format = path === "-" ? "csv" : recordFormat(formatOfFile(path));
  if (format === "table") {
    throw new UsageError(`${flag}: expected a format for programs, found a table`, `${flag} removed.csv`);
  }
  const writer = await loadWriter(format);
  const destination = await context.openOther(path);
  const options = { precision: context.options.precision ?? null, header: true };
  return {
    async write(records) {
      for (const chunk of writer.records?.(records, options) ?? []) await destination.write(chunk);
    },
  };
}

/** Writes charts as SVG or PNG. */
export async function writeFigure(context: Context, format: PictureFormat, figure: Figure): Promise<void> {
  const { encodeFigure } = await import("../formats/picture/write-figure.js");
  await context.write(await encodeFigure(format, figure));
}

/** Escapes texts that could control the terminal. */
function escaped(records: Records): Records {
  const escapedCell = (cell: Cell) => (typeof cell === "string" ? escapeControls(cell) : cell);
  function* rows(): Generator<RecordCell[]> {
    for (const row of records.rows) yield row.map((cell) => (isList(cell) ? cell.map(escapedCell) : escapedCell(cell)));
  }
  return { ...records, rows: rows() };
}

/** Returns a function that escapes ids if they could control the terminal. */
export function shownIds(context: Context): (ids: readonly string[] | null) => readonly string[] | null {
  return (ids) => (ids && context.needsEscapes ? ids.map(escapeControls) : ids);
}
