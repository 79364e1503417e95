import type { CsvError } from "csv-parse";
import { DataError } from "../../core/errors.js";
import { isNumberCell } from "../../input/cell.js";
import { noRows } from "../../input/faults.js";
import type { DecimalMark, ReadOptions, RowBatch } from "../../input/reader.js";
import { quotedCell } from "./cell-faults.js";
import { namesDelimiter } from "./dialect.js";
import { isUndecided, type Layout, layoutOf, rolesOf, type TextRow } from "./layout.js";
import { withoutOtherLines } from "./other-lines.js";
import { RecordLines } from "./record-lines.js";
import { firstText, RowConverter } from "./row-converter.js";
import { TableFaults } from "./table-faults.js";

interface Record extends TextRow {
  /** The number of the first blank line before it, or null; and the number of blank lines. */
  readonly blankLine: number | null;
  readonly blanks: number;
}

/** Rows that are kept until it is known what the columns hold. */
const MAX_WAITING = 100;

/** Reads records of text: finds the layout of the table in the first ones, and converts all to numbers. */
export class RowReader {
  /** Whether a field so far was in quotes. */
  quoted = false;
  private waiting: Record[] = [];
  private layout: Layout | null = null;
  private converter: RowConverter | null = null;
  private readonly faults: TableFaults;
  private readonly decimal: DecimalMark;
  private isFramed: boolean | null = null;
  private readonly lines: RecordLines;
  /** Blank lines since the last record: the first, and their number. */
  private blankLine: number | null = null;
  private blanks = 0;
  /** All blank lines between rows. */
  private firstBlank = 0;
  private blankLines = 0;

  /** @param resumed the layout of a text whose rows before line `line` are read already. */
  constructor(
    private readonly name: string,
    private readonly options: ReadOptions,
    private readonly delimiter: string,
    resumed: { readonly layout: Layout; readonly line: number; readonly rows: number } | null = null,
  ) {
    this.faults = new TableFaults(name);
    this.decimal = options.decimal ?? ".";
    this.lines = new RecordLines(resumed ? resumed.line - 1 : 0);
    if (!resumed) return;
    this.use(resumed.layout, resumed.rows);
    this.isFramed = false;
  }

  /**
   * Takes the fields of a record.
   *
   * @param comments lines of comment so far.
   * @returns null, so that csv-parse keeps no record.
   */
  add(fields: readonly string[], comments: number): null {
    const line = this.lines.pass(fields, comments);
    const cells = this.delimiter === " " ? fields.filter((cell) => cell !== "") : this.withoutFrame(fields);
    if (cells.length === 0 || (cells.length === 1 && cells[0] === "")) {
      this.blankLine ??= line;
      this.blanks++;
      return null;
    }
    if (!this.layout && this.waiting.length === 0 && this.isRemark(cells)) return null;
    this.waiting.push({ cells, line, blankLine: this.blankLine, blanks: this.blanks });
    this.blankLine = null;
    this.blanks = 0;
    if (this.converter) this.convertWaiting(this.converter);
    else if (this.waiting.length >= 2 && !this.isUndecided()) this.settle();
    return null;
  }

  /** Returns the cells of a line such as `| 1 | 2 |`, as in Markdown; the first line decides for all. */
  private withoutFrame(fields: readonly string[]): readonly string[] {
    if (this.delimiter !== "|") return fields;
    const hasFrame = fields.length > 2 && fields[0] === "" && fields.at(-1) === "";
    if (fields.length > 2) this.isFramed ??= hasFrame;
    return this.isFramed && hasFrame ? fields.slice(1, -1) : fields;
  }

  /** Returns the rows since the last call; null when there are none or there is a fault. */
  take(): RowBatch | null {
    return this.converter?.take(this.quoted) ?? null;
  }

  /** Returns the last rows at the end of the file. */
  finish(): RowBatch | null {
    if (!this.converter) this.settle();
    const rows = this.converter?.rows ?? 0;
    this.noteBlankLines();
    if (!this.faults.isEmpty) throw this.faults.error(this.layout, rows);
    if (rows === 0) throw noRows(this.name, "found only a header", "is that row data? --header no");
    return this.take();
  }

  private noteBlankLines(): void {
    const { blankLines: count, firstBlank: first } = this;
    if (count === 0) return;
    const lines = count === 1 ? `the blank line ${first}` : `${count} blank lines (first: line ${first})`;
    this.options.onGuess?.(`${this.name}: left out ${lines}`, `grep -v '^$' removes them from a file`);
  }

  /** Returns the error for a line of more than `most` bytes. */
  lineTooLong(most: number): DataError {
    const place = `${this.name}:${this.lines.next(0)}`;
    return new DataError(
      `${place}: expected a line of at most ${most / 1e6} MB, found a longer one`,
      "does the file have another format? --input-format names it",
    );
  }

  /** Returns the error to throw for an error of csv-parse, with its place and reason. */
  structural(error: unknown): unknown {
    const { code, message, index, comment_lines: comments } = error as CsvError & { [place: string]: number };
    if (!code?.startsWith("CSV_") && code !== "INVALID_OPENING_QUOTE") return error;
    const [text, hint] = QUOTE_ERRORS[code] ?? [message];
    // Between runs of blanks, csv-parse counts empty fields.
    const field = this.delimiter === " " ? undefined : index + 1;
    this.faults.add(text, hint ? { guess: hint } : {}, this.lines.next(comments), field);
    return this.faults.error(null, 0);
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
    this.leaveOutOtherLines();
    this.completeHeader();
    const layout = layoutOf(this.waiting, this.options, this.name);
    this.options.survey?.start(rolesOf(layout), layout.header);
    if (layout.header) this.waiting.shift();
    this.convertWaiting(this.use(layout, 0));
  }

  /** @param rows the number of rows that were read before. */
  private use(layout: Layout, rows: number): RowConverter {
    this.layout = layout;
    this.converter = new RowConverter(layout, this.options, this.delimiter, this.faults, rows);
    return this.converter;
  }

  /** Names the first column in a header of R, which has no name for the column of row names. */
  private completeHeader(): void {
    const [{ cells }, ...data] = this.waiting;
    const isShort = data.length > 0 && data.every((row) => row.cells.length === cells.length + 1);
    if (!isShort || cells.some((cell) => isNumberCell(cell, this.decimal))) return;
    const endsInDelimiter = data.every((row) => row.cells.at(-1) === "");
    this.waiting[0] = { ...this.waiting[0], cells: endsInDelimiter ? [...cells, ""] : ["", ...cells] };
  }

  /** Reports lines before the numbers that are no header. */
  private leaveOutOtherLines(): void {
    const { table, others } = withoutOtherLines(this.waiting, this.decimal);
    if (others.length === 0) return;
    this.waiting = table as Record[];
    const { survey } = this.options;
    for (const { cells, line } of others) {
      if (survey) survey.addRagged(line);
      else this.faults.addOtherLine(`expected a header or numbers, found ${quotedCell(firstText(cells))}`, line);
    }
  }

  private convertWaiting(converter: RowConverter): void {
    for (const record of this.waiting) {
      this.passBlankLines(record, converter.rows);
      converter.convert(record);
    }
    this.waiting = [];
  }

  /** A blank line is a missing value in a table of one column, and otherwise no row. */
  private passBlankLines({ blankLine, blanks }: Record, rows: number): void {
    if (blankLine === null || this.options.survey) return;
    if (this.blankLines === 0) this.firstBlank = blankLine;
    this.blankLines += blanks;
    if (this.layout?.fields !== 1 || rows === 0) return;
    this.faults.add("expected a number, found a blank line", {}, blankLine, undefined, "blank");
  }
}

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
