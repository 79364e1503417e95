import { DataError } from "../../core/errors.js";
import { guardBlanks, trimBlanks, withoutGuards } from "../../input/blanks.js";
import { textBytes } from "../../input/encoding.js";
import type { ReadOptions } from "../../input/reader.js";
import { textOf } from "../../input/recognise-text.js";
import { firstBytes, resumed, type Source } from "../../input/source.js";
import type { Cell } from "../../output/format.js";
import { noRecordColumn, RECORDS_AT_ONCE, type RecordBatch } from "../records.js";
import { COMMENT, detectDelimiter, namesDelimiter, SAMPLE_BYTES } from "./dialect.js";
import { RecordLines } from "./record-lines.js";
import { written } from "./strict-rows.js";

/**
 * Reads columns of delimited text (see `records.ts`). The first record is the header. All cells are text, as
 * csv-parse reads them, with the lines that the reader of vectors reports.
 */
export async function* readCsvRecords(
  { name, bytes, file }: Source,
  columns: readonly string[],
  options: ReadOptions,
): AsyncGenerator<RecordBatch> {
  const chunks = textBytes(name, bytes)[Symbol.asyncIterator]();
  const { head } = await firstBytes(chunks, SAMPLE_BYTES);
  const { parse } = await import("csv-parse");
  const tabs = /\.(?:tsv|tab)(?:\.\w+)?$/i.test(file?.path ?? name) ? "\t" : undefined;
  const delimiter = options.delimiter ?? tabs ?? detectDelimiter(textOf(head), options.decimal);
  const table = new CsvTable(name, columns);
  const plain = new PlainLines(table, delimiter);
  const parser = parse({
    delimiter,
    bom: true,
    trim: true,
    relax_column_count: true,
    relax_quotes: true,
    record_delimiter: ["\r\n", "\n", "\r"],
    comment: delimiter === " " ? null : COMMENT,
    comment_no_infix: true,
    on_record: ((record: string[], { comment_lines }: { comment_lines: number }) =>
      table.add(record.map(withoutGuards), comment_lines)) as never,
  });
  parser.on("error", () => {});
  parser.resume();
  try {
    let isFirst = true;
    for await (const chunk of resumed(head, chunks)) {
      if (!plain.add(chunk)) {
        const guarded = guardBlanks(Buffer.concat([plain.takeRest(), chunk]), isFirst);
        await written(parser, (done) => parser.write(guarded, done));
      }
      isFirst = false;
      const batch = table.take(RECORDS_AT_ONCE);
      if (batch) yield batch;
    }
    await written(parser, (done) => parser.end(plain.takeRest(), done));
  } catch (error) {
    const { code, message, lines = 0 } = error as Error & { code?: string; lines?: number };
    if (!code?.startsWith("CSV_")) throw error;
    throw new DataError(`${name}:${plain.lines + lines}: ${message}`, 'a quote inside a field is written ""');
  } finally {
    parser.destroy();
  }
  const last = table.finish();
  if (last) yield last;
}

/** Printable ASCII without quotes and marks of comments, of which each line is a record. */
const PLAIN = /^[\t\n !$-~]*$/;
/** Text without a line feed is no longer plain from this length on. */
const MAX_LINE = 1 << 20;

/** Splits the plain lines at the beginning of a text at its delimiters: several times as fast as csv-parse, which reads the rest. */
class PlainLines {
  /** The number of lines that have been added. */
  lines = 0;
  /** The line that has no end yet. */
  private rest = "";
  private isPlain: boolean;

  constructor(
    private readonly table: CsvTable,
    private readonly delimiter: string,
  ) {
    // csv-parse trims blanks, whether or not they are delimiters.
    this.isPlain = delimiter.length === 1 && !/\s/.test(delimiter);
  }

  /** Adds the lines of a chunk. Returns whether they were plain; otherwise csv-parse reads the rest of the text. */
  add(chunk: Uint8Array): boolean {
    if (!this.isPlain) return false;
    const text = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString("latin1");
    this.isPlain = this.rest.length < MAX_LINE && PLAIN.test(text);
    if (!this.isPlain) return false;
    const lines = (this.rest + text).split("\n");
    this.rest = lines.pop() ?? "";
    this.lines += lines.length;
    for (const line of lines) this.table.add(line.split(this.delimiter).map(trimBlanks), 0);
    return true;
  }

  /** Returns the line that has no end yet, for csv-parse. */
  takeRest(): Buffer {
    const { rest } = this;
    this.rest = "";
    return Buffer.from(rest, "latin1");
  }
}

class CsvTable {
  private readonly numbers = new RecordLines();
  private names: readonly string[] = [];
  /** The number of fields of the header, and the place of each column in it; −1 for a column that it does not have. */
  private header: { readonly width: number; readonly places: readonly number[] } | null = null;
  private lines: number[] = [];
  private cells: Cell[][];

  constructor(
    private readonly name: string,
    private readonly columns: readonly string[],
  ) {
    this.cells = columns.map(() => []);
  }

  /** Takes the fields of a record. Returns null, so that csv-parse keeps none. */
  add(fields: readonly string[], comments: number): null {
    const line = this.numbers.pass(fields, comments);
    if (fields.length === 0 || (fields.length === 1 && fields[0] === "")) return null;
    if (!this.header) this.addHeader(fields);
    else this.addRow(fields, line, this.header);
    return null;
  }

  private addHeader(fields: readonly string[]): void {
    if (namesDelimiter(fields)) return;
    this.names = fields;
    const places = this.columns.map((column) => fields.indexOf(column));
    if (places.every((place) => place < 0)) throw this.noColumn();
    this.header = { width: fields.length, places };
  }

  private addRow(fields: readonly string[], line: number, { width, places }: NonNullable<CsvTable["header"]>): void {
    // A header of R has no name for the row names.
    const shift = fields.length === width + 1 ? 1 : 0;
    const missing = places.find((place) => place + shift >= fields.length);
    if (missing !== undefined) {
      throw new DataError(
        `${this.name}:${line}: expected ${width} fields, found ${fields.length}`,
        "does every row have the same number of fields, and one delimiter? -d names it",
      );
    }
    this.lines.push(line);
    for (let k = 0; k < places.length; k++) if (places[k] >= 0) this.cells[k].push(fields[places[k] + shift]);
  }

  /** Returns the records since the last call, if they are at least `least`. */
  take(least: number): RecordBatch | null {
    const { header, lines, cells } = this;
    if (!header || lines.length < least) return null;
    this.lines = [];
    this.cells = this.columns.map(() => []);
    return { rows: lines.length, lines, cells: cells.map((list, k) => (header.places[k] < 0 ? null : list)) };
  }

  finish(): RecordBatch | null {
    if (!this.header) throw this.noColumn();
    return this.take(1);
  }

  private noColumn(): Error {
    return noRecordColumn(this.name, this.columns[0], this.names);
  }
}
