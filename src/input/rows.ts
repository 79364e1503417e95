import { type CsvError, type InfoRecord, type Parser, parse } from "csv-parse";
import { DataError, FAULTS_SHOWN, type Fault, MalformedError } from "../errors.js";
import { columnIndex, namesColumn, selectColumns } from "./columns.js";
import { COMMENT, cellHint, detectDelimiter, firstColumnIsId, looksLikeHeader, type ReadOptions } from "./dialect.js";
import { textBytes } from "./encoding.js";
import { isNumber, parseNumber } from "./number.js";
import { resumed, type Source } from "./open.js";

/** Rows of a file, as they come: `ids.length` or `values.length / columns` of them. */
export interface RowBatch {
  readonly rows: number;
  readonly columns: number;
  /** `rows × columns` components, row-major. */
  readonly values: Float64Array;
  readonly ids: readonly string[] | null;
  readonly labels: readonly string[] | null;
  /** The line that each row starts on, from 1. */
  readonly lines: readonly number[];
  /** The names of the value columns, where the file has a header. */
  readonly columnNames: readonly string[] | null;
}

const SAMPLE_BYTES = 1 << 16;

/**
 * Reads rows of numbers from CSV text, a batch for every chunk of the file.
 *
 * @throws {DataError} for a file that is empty, binary or not CSV.
 * @throws {MalformedError} after the last line, with every ragged row and every cell that is not a number.
 * @throws {UsageError} for a column that is not there.
 */
export async function* readRows(source: Source, options: ReadOptions = {}): AsyncGenerator<RowBatch> {
  const { name } = source;
  const chunks = textBytes(name, source.bytes)[Symbol.asyncIterator]();
  const head = await readHead(chunks);
  const delimiter = options.delimiter ?? detectDelimiter(new TextDecoder().decode(head));
  const reader = new RowReader(name, options, delimiter);
  const parser = parse({
    delimiter,
    bom: true,
    trim: true,
    info: true,
    relax_column_count: true,
    record_delimiter: ["\r\n", "\n", "\r"],
    comment: delimiter === " " ? null : COMMENT,
    comment_no_infix: true,
    on_record: (({ record, info }: { record: string[]; info: InfoRecord }) => reader.add(record, info)) as never,
  });
  parser.on("error", () => {});
  parser.resume();
  try {
    for await (const chunk of resumed(head, chunks)) {
      await settled(parser, (done) => parser.write(chunk, done));
      const batch = reader.take();
      if (batch) yield batch;
    }
    await settled(parser, (done) => parser.end(done));
  } catch (error) {
    throw reader.structural(error);
  } finally {
    parser.destroy();
  }
  const last = reader.finish();
  if (last) yield last;
}

/** The first bytes of a text: enough whole lines to tell its dialect. */
async function readHead(chunks: AsyncIterator<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  while (length < SAMPLE_BYTES) {
    const { done, value } = await chunks.next();
    if (done) break;
    parts.push(value);
    length += value.length;
  }
  return parts.length === 1 ? (parts[0] as Uint8Array) : Buffer.concat(parts);
}

function settled(parser: Parser, act: (done: (error?: Error | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    parser.once("error", reject);
    act((error) => {
      parser.off("error", reject);
      if (error) reject(error);
      else resolve();
    });
  });
}

interface Record {
  readonly cells: readonly string[];
  readonly line: number;
}

/** What the first rows of a file settle for all of it. */
interface Layout {
  readonly fields: number;
  readonly values: readonly number[];
  readonly id: number | null;
  readonly label: number | null;
  readonly columnNames: readonly string[] | null;
}

/** Turns records of text into batches of numbers, and keeps the faults that it meets. */
class RowReader {
  private waiting: Record[] = [];
  private layout: Layout | null = null;
  private blankLine: number | null = null;
  private lastLine = 0;
  private comments = 0;
  private faults: Fault[] = [];
  private faultCount = 0;
  private hint: string | undefined;
  private rows = 0;
  private cells: number[] = [];
  private ids: string[] = [];
  private labels: string[] = [];
  private lines: number[] = [];

  constructor(
    private readonly name: string,
    private readonly options: ReadOptions,
    private readonly delimiter: string,
  ) {}

  /** Takes a record; returns null, so that csv-parse keeps none. */
  add(fields: string[], info: InfoRecord): null {
    const line = this.lastLine + 1 + info.comment_lines - this.comments;
    this.lastLine = info.lines;
    this.comments = info.comment_lines;
    const cells = this.delimiter === " " ? fields.filter((cell) => cell !== "") : fields;
    if (cells.length === 0 || (cells.length === 1 && cells[0] === "")) {
      this.blankLine ??= line;
      return null;
    }
    if (this.blankLine !== null) this.blankBefore(cells.length);
    this.waiting.push({ cells, line });
    if (this.layout) this.convertWaiting();
    else if (this.waiting.length === 2) this.settle();
    return null;
  }

  /** The rows read since the last call, or null when there are none or a fault was met. */
  take(): RowBatch | null {
    if (!this.layout || this.lines.length === 0 || this.faultCount > 0) return null;
    const batch: RowBatch = {
      rows: this.lines.length,
      columns: this.layout.values.length,
      values: new Float64Array(this.cells),
      ids: this.layout.id === null ? null : this.ids,
      labels: this.layout.label === null ? null : this.labels,
      lines: this.lines,
      columnNames: this.layout.columnNames,
    };
    this.cells = [];
    this.ids = [];
    this.labels = [];
    this.lines = [];
    return batch;
  }

  /** The last rows of a file that has ended. */
  finish(): RowBatch | null {
    if (!this.layout) this.settle();
    this.failIfFaulty();
    if (this.rows === 0) throw noRows(this.name, "found only a header");
    return this.take();
  }

  /** The error to throw for an error of csv-parse: its place and reason in our words. */
  structural(error: unknown): unknown {
    const { code, message, index } = error as CsvError & { index?: number };
    if (!code?.startsWith("CSV_") && code !== "INVALID_OPENING_QUOTE") return error;
    const [text, hint] = QUOTE_ERRORS[code] ?? [message];
    this.fault(this.lastLine + 1, text, (index ?? 0) + 1);
    this.hint ??= hint;
    return this.malformed();
  }

  private settle(): void {
    const [first, second = null] = this.waiting;
    if (!first) {
      throw noRows(this.name, this.blankLine === null ? "found an empty file" : "found only blank lines");
    }
    const { header: wanted = "auto", columns, idColumn, labelColumn } = this.options;
    const named =
      typeof idColumn === "string" ||
      typeof labelColumn === "string" ||
      (columns !== undefined && namesColumn(columns));
    const hasHeader =
      wanted === "yes" ||
      (wanted === "auto" &&
        (looksLikeHeader(first.cells, second?.cells ?? null) || (named && !first.cells.every(isNumber))));
    const header = hasHeader ? first.cells : null;
    if (header) this.waiting.shift();
    const top = header ? second : first;
    const fields = first.cells.length;
    const at = (column: string | number) => columnIndex(column, header, fields, this.name);
    const label = labelColumn === undefined ? null : at(labelColumn);
    let id = idColumn === undefined ? null : at(idColumn);
    if (idColumn === undefined && label !== 0 && top) {
      if (firstColumnIsId(header, top.cells, header ? null : (second?.cells ?? null))) id = 0;
    }
    const selected =
      columns === undefined
        ? Array.from({ length: fields }, (_, i) => i)
        : selectColumns(columns, header, fields, this.name);
    const values = selected.filter((i) => i !== id && i !== label);
    if (values.length === 0) throw new DataError(`${this.name}: expected columns of numbers, found none left`);
    const columnNames = header ? values.map((i) => header[i] ?? "") : null;
    this.layout = { fields, values, id, label, columnNames };
    this.convertWaiting();
  }

  private convertWaiting(): void {
    for (const record of this.waiting) this.convert(record, this.layout as Layout);
    this.waiting = [];
  }

  private convert({ cells, line }: Record, layout: Layout): void {
    this.rows++;
    if (cells.length !== layout.fields) {
      this.fault(line, `expected ${layout.fields} fields, found ${cells.length}`);
      this.hint ??= "does every row have the same number of fields, and one delimiter? -d names it";
      return;
    }
    for (const i of layout.values) {
      const cell = cells[i] ?? "";
      const value = parseNumber(cell);
      if (!Number.isFinite(value)) {
        this.fault(line, `expected a number, found ${cell === "" ? "an empty cell" : quoted(cell)}`, i + 1);
        this.hint ??= cellHint(cell, i + 1, layout.fields);
      }
      this.cells.push(value);
    }
    if (this.faultCount > 0) {
      this.cells.length = 0;
      return;
    }
    this.lines.push(line);
    if (layout.id !== null) this.ids.push(cells[layout.id] ?? "");
    if (layout.label !== null) this.labels.push(cells[layout.label] ?? "");
  }

  private blankBefore(fields: number): void {
    this.fault(this.blankLine ?? 0, `expected ${this.layout?.fields ?? fields} fields, found a blank line`);
    this.hint ??= "blank lines are read over only at the end of a file";
    this.blankLine = null;
  }

  private fault(line: number, message: string, field?: number): void {
    this.faultCount++;
    if (this.faults.length < FAULTS_SHOWN) {
      this.faults.push({ file: this.name, line, message, ...(field === undefined ? {} : { field }) });
    }
  }

  private failIfFaulty(): void {
    if (this.faultCount > 0) throw this.malformed();
  }

  private malformed(): MalformedError {
    return new MalformedError(this.faults, this.faultCount, this.hint);
  }
}

const QUOTE_ERRORS: { [code: string]: [string, string] | undefined } = {
  CSV_QUOTE_NOT_CLOSED: ["expected a closing quote, found the end of the file", 'a quote inside a field is written ""'],
  CSV_INVALID_CLOSING_QUOTE: [
    "expected a delimiter after the closing quote, found more text",
    'a quote inside a field is written ""',
  ],
  INVALID_OPENING_QUOTE: [
    "expected a quote at the start of the field, found one inside",
    'quote the whole field, and write a quote inside it ""',
  ],
};

function noRows(name: string, found: string): DataError {
  if (name === "stdin") return new DataError("no rows on stdin: did the command before it fail?");
  return new DataError(`${name}: expected rows of numbers, ${found}`);
}

/** A cell as messages echo it: in quotes, and not longer than a line bears. */
function quoted(cell: string): string {
  return `"${cell.length > 40 ? `${cell.slice(0, 40)}…` : cell}"`;
}
