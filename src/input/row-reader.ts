import type { CsvError, InfoRecord } from "csv-parse";
import { DataError } from "../errors.js";
import { cellHint, type ReadOptions } from "./dialect.js";
import { FaultList } from "./faults.js";
import { type Layout, layoutOf } from "./layout.js";
import { parseNumber } from "./number.js";

/** Rows of a file, as they come. */
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

interface Record {
  readonly cells: readonly string[];
  readonly line: number;
}

/** Turns records of text into batches of numbers, and keeps the faults that it meets. */
export class RowReader {
  private waiting: Record[] = [];
  private layout: Layout | null = null;
  private blankLine: number | null = null;
  private lastLine = 0;
  private comments = 0;
  private readonly faults: FaultList;
  private rows = 0;
  private cells: number[] = [];
  private ids: string[] = [];
  private labels: string[] = [];
  private lines: number[] = [];

  constructor(
    private readonly name: string,
    private readonly options: ReadOptions,
    private readonly delimiter: string,
  ) {
    this.faults = new FaultList(name);
  }

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
    if (this.blankLine !== null) {
      const fields = this.layout?.fields ?? cells.length;
      this.faults.add(`expected ${fields} fields, found a blank line`, BLANK_HINT, this.blankLine);
      this.blankLine = null;
    }
    this.waiting.push({ cells, line });
    if (this.layout) this.convertWaiting();
    else if (this.waiting.length === 2) this.settle();
    return null;
  }

  /** The rows read since the last call, or null when there are none or a fault was met. */
  take(): RowBatch | null {
    if (!this.layout || this.lines.length === 0 || !this.faults.isEmpty) return null;
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
    if (!this.faults.isEmpty) throw this.faults.error();
    if (this.rows === 0) throw noRows(this.name, "found only a header");
    return this.take();
  }

  /** The error to throw for an error of csv-parse: its place and reason in our words. */
  structural(error: unknown): unknown {
    const { code, message, index } = error as CsvError & { index?: number };
    if (!code?.startsWith("CSV_") && code !== "INVALID_OPENING_QUOTE") return error;
    const [text, hint] = QUOTE_ERRORS[code] ?? [message];
    this.faults.add(text, hint, this.lastLine + 1, (index ?? 0) + 1);
    return this.faults.error();
  }

  private settle(): void {
    const [first, second = null] = this.waiting;
    if (!first) {
      throw noRows(this.name, this.blankLine === null ? "found an empty file" : "found only blank lines");
    }
    this.layout = layoutOf(first.cells, second?.cells ?? null, this.options, this.name);
    if (this.layout.hasHeader) this.waiting.shift();
    this.convertWaiting();
  }

  private convertWaiting(): void {
    for (const record of this.waiting) this.convert(record, this.layout as Layout);
    this.waiting = [];
  }

  private convert({ cells, line }: Record, layout: Layout): void {
    this.rows++;
    if (cells.length !== layout.fields) {
      this.faults.add(`expected ${layout.fields} fields, found ${cells.length}`, RAGGED_HINT, line);
      return;
    }
    for (const i of layout.values) {
      const cell = cells[i] ?? "";
      const value = parseNumber(cell);
      if (!Number.isFinite(value)) {
        const found = cell === "" ? "an empty cell" : quoted(cell);
        this.faults.add(`expected a number, found ${found}`, cellHint(cell, i + 1, layout.fields), line, i + 1);
      }
      this.cells.push(value);
    }
    if (!this.faults.isEmpty) {
      this.cells.length = 0;
      return;
    }
    this.lines.push(line);
    if (layout.id !== null) this.ids.push(cells[layout.id] ?? "");
    if (layout.label !== null) this.labels.push(cells[layout.label] ?? "");
  }
}

const BLANK_HINT = "blank lines are read over only at the end of a file";
const RAGGED_HINT = "does every row have the same number of fields, and one delimiter? -d names it";

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
