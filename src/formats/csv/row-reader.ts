import type { CsvError } from "csv-parse";
import { cellValue, isNumberCell, parseArray } from "../../input/cell.js";
import { FaultList, noRows } from "../../input/faults.js";
import type { DecimalMark, ReadOptions, RowBatch } from "../../input/reader.js";
import {
  cellHint,
  columnOptions,
  INFINITE_HINT,
  MISSING_HINT,
  numberMessage,
  quotedCell,
  textMessage,
  withoutColumn,
} from "./cell-faults.js";
import { namesDelimiter } from "./dialect.js";
import { isUndecided, type Layout, layoutOf, rolesOf, type TextRow } from "./layout.js";

interface Record extends TextRow {
  /** The number of a blank line before it, or null. */
  readonly blankLine: number | null;
}

/** Rows that are kept until it is known what the columns hold. */
const MAX_WAITING = 100;

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
  private readonly decimal: DecimalMark;
  private readonly keepsNonFinite: boolean;
  private rows = 0;
  /** Fields with numbers and text, and fields of components with missing values. */
  private readonly mixedFields = new Set<number>();
  private readonly missingFields = new Set<number>();
  /** Number of components of a row. */
  private width = 0;
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
    this.decimal = options.decimal ?? ".";
    this.keepsNonFinite = options.nonFinite === "keep";
    if (!resumed) return;
    this.layout = resumed.layout;
    this.width = resumed.layout.values.length;
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
    if (!this.layout && this.waiting.length === 0 && this.isRemark(cells)) return null;
    this.waiting.push({ cells, line, blankLine: this.blankLine });
    this.blankLine = null;
    if (this.layout) this.convertWaiting();
    else if (this.waiting.length >= 2 && !this.isUndecided()) this.settle();
    return null;
  }

  /** Returns the rows since the last call; null when there are none or there is a fault. */
  take(): RowBatch | null {
    if (!this.layout || this.lines.length === 0 || !this.faults.isEmpty) return null;
    const batch: RowBatch = {
      rows: this.lines.length,
      columns: this.width,
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
    if (!this.faults.isEmpty) throw this.faults.error(this.remedy());
    if (this.rows === 0) throw noRows(this.name, "found only a header", "is that row data? --header no");
    return this.take();
  }

  /** Returns the options that leave out all columns with text among numbers, and the rows with missing values. */
  private remedy(): string | undefined {
    const { layout, mixedFields, missingFields } = this;
    if (!layout || mixedFields.size === 0) return undefined;
    const values = layout.values.filter((field) => !mixedFields.has(field));
    if (values.length === 0) return undefined;
    const missing = values.some((field) => missingFields.has(field)) ? " --missing skip-row" : "";
    return `${columnOptions(values, layout)}${missing}`;
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

  /** Returns whether a first record is no row: it names the delimiter, or is a comment of NumPy between blanks. */
  private isRemark(cells: readonly string[]): boolean {
    if (namesDelimiter(cells)) return true;
    return (
      this.delimiter === " " && cells[0] === "#" && !cells.slice(1).every((cell) => isNumberCell(cell, this.decimal))
    );
  }

  private isUndecided(): boolean {
    return this.waiting.length < MAX_WAITING && isUndecided(this.waiting, this.options);
  }

  private settle(): void {
    const [first] = this.waiting;
    if (!first) {
      throw noRows(this.name, this.blankLine === null ? "found an empty file" : "found only blank lines");
    }
    this.completeHeader();
    this.layout = layoutOf(this.waiting, this.options, this.name);
    this.width = this.layout.isVector ? 0 : this.layout.values.length;
    this.options.survey?.start(rolesOf(this.layout), this.layout.header);
    this.blankBefore(first, this.layout);
    this.waiting[0] = { ...this.waiting[0], blankLine: null };
    if (this.layout.header) this.waiting.shift();
    this.convertWaiting();
  }

  /** Names the first column in a header of R, which has no name for the column of row names. */
  private completeHeader(): void {
    const [{ cells }, ...data] = this.waiting;
    const isShort = data.length > 0 && data.every((row) => row.cells.length === cells.length + 1);
    if (!isShort || cells.some((cell) => isNumberCell(cell, this.decimal))) return;
    this.waiting[0] = { ...this.waiting[0], cells: ["", ...cells] };
  }

  private convertWaiting(): void {
    for (const record of this.waiting) this.convert(record, this.layout as Layout);
    this.waiting = [];
  }

  private blankBefore({ blankLine }: Record, { fields }: Layout): void {
    if (blankLine !== null)
      this.faults.add(`expected ${fields} fields, found a blank line`, BLANK_HINT, blankLine, undefined, "blank");
  }

  private convert(record: Record, layout: Layout): void {
    const { cells, line } = record;
    const { survey } = this.options;
    if (!survey) this.blankBefore(record, layout);
    this.rows++;
    if (cells.length !== layout.fields) {
      if (survey) survey.addRagged(line);
      else this.faults.add(`expected ${layout.fields} fields, found ${cells.length}`, RAGGED_HINT, line);
      return;
    }
    survey?.addCells(cells, line, this.decimal);
    if (layout.isVector) this.addVector(cells[layout.values[0]], line, layout);
    else for (const i of layout.values) this.addComponent(cells[i], i, line, layout);
    if (!survey) this.expectTexts(cells, line, layout);
    if (!this.faults.isEmpty) {
      this.cells.length = 0;
      return;
    }
    this.lines.push(line);
    if (layout.id !== null) this.ids.push(cells[layout.id] ?? "");
    if (layout.label !== null) this.labels.push(cells[layout.label] ?? "");
  }

  private addComponent(cell: string, field: number, line: number, layout: Layout): void {
    const value = cellValue(cell, this.decimal);
    this.cells.push(value ?? Number.NaN);
    if (this.options.survey || (value !== null && (this.keepsNonFinite || Number.isFinite(value)))) return;
    if (value === null) {
      const hint = cellHint(cell, field, layout, this.decimal);
      if (!hint.hint) this.mixedFields.add(field);
      this.faults.add(textMessage(cell, field, layout), hint, line, field + 1, "text");
    } else if (Number.isNaN(value)) {
      const isTrailing = cell === "" && field === layout.fields - 1 && layout.evidence[field].kind === "missing";
      const hint = isTrailing ? withoutColumn(TRAILING, field, layout) : MISSING_HINT;
      this.missingFields.add(field);
      this.faults.add(`expected a number, found ${quotedCell(cell)}`, hint, line, field + 1, "missing");
    } else {
      this.faults.add(
        `expected a finite number, found ${quotedCell(cell)}`,
        INFINITE_HINT,
        line,
        field + 1,
        "infinite",
      );
    }
  }

  /** Adds the components of a cell that holds a whole vector. */
  private addVector(cell: string, line: number, { values: [field] }: Layout): void {
    const numbers = parseArray(cell);
    if (this.width === 0) this.width = numbers?.length ?? 0;
    if (numbers === null) {
      this.faults.add(`expected a vector, found ${quotedCell(cell)}`, vectorHint(cell), line, field + 1);
    } else if (numbers.length !== this.width || numbers.length === 0) {
      const found = numbers.length === 0 ? "none" : String(numbers.length);
      const expected = this.width === 0 ? "numbers" : `${this.width} numbers`;
      this.faults.add(`expected ${expected} in the vector, found ${found}`, LENGTH_HINT, line, field + 1);
    } else if (!this.keepsNonFinite && !numbers.every(Number.isFinite)) {
      this.faults.add("expected finite numbers, found a missing or infinite one", MISSING_HINT, line, field + 1);
    } else for (const number of numbers) this.cells.push(number);
  }

  /** Checks the fields that hold no components. */
  private expectTexts(cells: readonly string[], line: number, layout: Layout): void {
    for (const i of layout.leftOut) {
      if (!isNumberCell(cells[i], this.decimal)) continue;
      const hint = withoutColumn(LEAVES_OUT, i, layout);
      this.mixedFields.add(i);
      this.faults.add(numberMessage(cells[i], i, layout), hint, line, i + 1, "number");
    }
    if (layout.label !== null && cells[layout.label] === "") {
      this.faults.add("expected a label, found an empty cell", LABEL_HINT, line, layout.label + 1);
    }
  }
}

const LEAVES_OUT = "this command leaves the column out";
const TRAILING = "is there a delimiter at the end of each line?";
const vectorHint = (cell: string) =>
  cell.includes("...")
    ? { hint: "NumPy shortened this vector for display: write the file again with the vector's tolist()" }
    : { guess: "--vector-column names the column of the vectors" };
const LENGTH_HINT = { guess: "are all vectors from the same model?" };
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
