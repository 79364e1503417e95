import type { CsvError } from "csv-parse";
import { FaultList, noRows } from "../../input/faults.js";
import { parseAnyNumber } from "../../input/number.js";
import type { ReadOptions, RowBatch } from "../../input/reader.js";
import { cellHint } from "./dialect.js";
import { type Layout, layoutOf } from "./layout.js";

interface Record {
  readonly cells: readonly string[];
  readonly line: number;
  /** The number of a blank line before it, or null. */
  readonly blankLine: number | null;
}

/** Converts records of text into batches of numbers, and collects their faults. */
export class RowReader {
  /** Whether a field so far was in quotes. */
  quoted = false;
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

  /** @param resumed the layout of a text whose rows before line `line` are read already. */
  constructor(
    private readonly name: string,
    private readonly options: ReadOptions,
    private readonly delimiter: string,
    resumed: { readonly layout: Layout; readonly line: number; readonly rows: number } | null = null,
  ) {
    this.faults = new FaultList(name);
    if (!resumed) return;
    this.layout = resumed.layout;
    this.lastLine = resumed.line - 1;
    this.rows = resumed.rows;
  }

  /**
   * Takes the fields of a record.
   *
   * @param comments lines of comment so far.
   * @returns null, so that csv-parse keeps no record.
   */
  add(fields: readonly string[], comments: number): null {
    const line = this.nextLine(comments);
    // csv-parse counts a CRLF inside quotes twice.
    this.lastLine = line + fields.reduce((sum, field) => sum + lineEnds(field), 0);
    this.comments = comments;
    const cells = this.delimiter === " " ? fields.filter((cell) => cell !== "") : fields;
    if (cells.length === 0 || (cells.length === 1 && cells[0] === "")) {
      this.blankLine ??= line;
      return null;
    }
    this.waiting.push({ cells, line, blankLine: this.blankLine });
    this.blankLine = null;
    if (this.layout) this.convertWaiting();
    else if (this.waiting.length === 2) this.settle();
    return null;
  }

  /** Returns the rows since the last call; null when there are none or there is a fault. */
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
      delimiter: this.delimiter,
      quoted: this.quoted,
    };
    this.cells = [];
    this.ids = [];
    this.labels = [];
    this.lines = [];
    return batch;
  }

  /** Returns the last rows at the end of the file. */
  finish(): RowBatch | null {
    if (!this.layout) this.settle();
    if (!this.faults.isEmpty) throw this.faults.error();
    if (this.rows === 0) throw noRows(this.name, "found only a header", "is that row data? --header no");
    return this.take();
  }

  /** Returns the error to throw for an error of csv-parse, with its place and reason. */
  structural(error: unknown): unknown {
    const { code, message, index, comment_lines: comments } = error as CsvError & { [place: string]: number };
    if (!code?.startsWith("CSV_") && code !== "INVALID_OPENING_QUOTE") return error;
    const [text, hint] = QUOTE_ERRORS[code] ?? [message];
    // Between runs of blanks, csv-parse counts empty fields.
    const field = this.delimiter === " " ? undefined : index + 1;
    this.faults.add(text, hint ? { guess: hint } : {}, this.nextLine(comments), field);
    return this.faults.error();
  }

  /** Returns the line of the next record, after `comments` lines of comment in total. */
  private nextLine(comments: number): number {
    return this.lastLine + 1 + comments - this.comments;
  }

  private settle(): void {
    const [first, second = null] = this.waiting;
    if (!first) {
      throw noRows(this.name, this.blankLine === null ? "found an empty file" : "found only blank lines");
    }
    this.layout = layoutOf(first.cells, second?.cells ?? null, this.options, this.name);
    this.blankBefore(first, this.layout);
    this.waiting[0] = { ...first, blankLine: null };
    if (this.layout.hasHeader) this.waiting.shift();
    this.convertWaiting();
  }

  private convertWaiting(): void {
    for (const record of this.waiting) this.convert(record, this.layout as Layout);
    this.waiting = [];
  }

  private blankBefore({ blankLine }: Record, { fields }: Layout): void {
    if (blankLine !== null) this.faults.add(`expected ${fields} fields, found a blank line`, BLANK_HINT, blankLine);
  }

  private convert(record: Record, layout: Layout): void {
    const { cells, line } = record;
    this.blankBefore(record, layout);
    this.rows++;
    if (cells.length !== layout.fields) {
      this.faults.add(`expected ${layout.fields} fields, found ${cells.length}`, RAGGED_HINT, line);
      return;
    }
    for (const i of layout.values) {
      const cell = cells[i] ?? "";
      const value = parseAnyNumber(cell);
      if (value === null || (this.options.nonFinite !== "keep" && !Number.isFinite(value))) {
        const found = cell === "" ? "an empty cell" : quoted(cell);
        this.faults.add(`expected a number, found ${found}`, cellHint(cell, i + 1, layout.fields), line, i + 1);
      }
      this.cells.push(value ?? Number.NaN);
    }
    if (layout.label !== null && cells[layout.label] === "") {
      this.faults.add("expected a label, found an empty cell", LABEL_HINT, line, layout.label + 1);
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

const BLANK_HINT = { guess: "blank lines are allowed only at the end of a file" };
const LABEL_HINT = { guess: "every row needs a label" };
const RAGGED_HINT = { guess: "does every row have the same number of fields, and one delimiter? -d names it" };

const CLOSED_EARLY: [string, string] = [
  "expected a delimiter after the closing quote, found more text",
  'a quote inside a field is written ""',
];
const QUOTE_ERRORS: { [code: string]: [string, string] | undefined } = {
  CSV_QUOTE_NOT_CLOSED: ["expected a closing quote, found the end of the file", 'a quote inside a field is written ""'],
  CSV_INVALID_CLOSING_QUOTE: CLOSED_EARLY,
  CSV_NON_TRIMABLE_CHAR_AFTER_CLOSING_QUOTE: CLOSED_EARLY,
  INVALID_OPENING_QUOTE: [
    "expected a quote at the start of the field, found one inside",
    'quote the whole field, and write a quote inside it ""',
  ],
};

const lineEnds = (text: string) => text.match(/\r\n|\n|\r/g)?.length ?? 0;

const ECHOED = 40;

/** Returns a cell as messages show it: in quotes, and cut to 40 characters. */
function quoted(cell: string): string {
  const characters = [...cell.slice(0, 2 * ECHOED)];
  const cut = characters.length > ECHOED || cell.length > 2 * ECHOED;
  return `"${cut ? `${characters.slice(0, ECHOED).join("")}…` : cell}"`;
}
