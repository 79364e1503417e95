import { DataError, UsageError } from "../../core/errors.js";
import { textBytes } from "../../input/encoding.js";
import { lineBlocks } from "../../input/line-blocks.js";
import { isNumber, parseAnyNumber } from "../../input/number.js";
import type { ReadOptions, RowBatch } from "../../input/reader.js";
import { RowGatherer } from "../../input/row-gatherer.js";
import type { Source } from "../../input/source.js";
import { FIELD, LineScanner } from "../../kernels/scan.js";
import { type WordHead, wordHead } from "./word-head.js";

const WINDOW_BYTES = 1 << 17;
const NEWLINE = 0x0a;
const BLANK = 0x20;

/**
 * Reads word vectors as text, in batches: word2vec and fastText `.vec`, whose first line gives the number of words and
 * of dimensions, and GloVe, which has no such line. The words are the ids. The numbers are the last fields of a line,
 * so that a word may contain spaces.
 *
 * @throws {MalformedError} for lines that are not a word and numbers.
 * @throws {DataError} when the number of words differs from the first line, or for text that is not UTF-8.
 */
export async function* readWordVectors(source: Source, options: ReadOptions = {}): AsyncGenerator<RowBatch> {
  const { columns, idColumn, labelColumn } = options;
  if ((columns ?? idColumn ?? labelColumn) !== undefined) {
    throw new UsageError(`${source.name}: expected CSV for options about columns, found word vectors`, CSV_HINT);
  }
  const blocks = lineBlocks(source.name, textBytes(source.name, source.bytes));
  const first = await blocks.next();
  const reader = new WordReader(source.name, options, first.done ? null : wordHead(first.value));
  try {
    for (let block = first; !block.done; block = await blocks.next()) {
      reader.read(block.value);
      const batch = reader.rows.take();
      if (batch) yield batch;
    }
    reader.expectWordCount();
    const last = reader.rows.finish();
    if (last) yield last;
  } finally {
    reader.release();
    await blocks.return(undefined);
  }
}

const CSV_HINT = "--input-format csv reads it as text between blanks";

class WordReader {
  readonly rows: RowGatherer;
  private readonly dimensions: number;
  private readonly scanner: LineScanner;
  private readonly keepNonFinite: boolean;
  /** The number of the next line, and of a blank line before it. */
  private line: number;
  private blankLine: number | null = null;
  private skipped: number;

  constructor(
    private readonly name: string,
    options: ReadOptions,
    private readonly head: WordHead | null,
  ) {
    this.rows = new RowGatherer(name);
    this.keepNonFinite = options.nonFinite === "keep";
    this.dimensions = head?.dimensions ?? 0;
    this.line = (head?.count ?? null) === null ? 1 : 2;
    this.skipped = head?.start ?? 0;
    const kinds = [FIELD.keptText, ...Array<number>(this.dimensions).fill(FIELD.number)];
    this.scanner = LineScanner.create({ delimiter: BLANK, kinds }, WINDOW_BYTES);
  }

  release(): void {
    this.scanner.close();
  }

  /** Reads whole lines: plain ones with the kernels, other ones and those longer than the window with JavaScript. */
  read(block: Buffer): void {
    let at = this.skipped;
    this.skipped = 0;
    while (at < block.length) {
      const length = block.subarray(at, at + WINDOW_BYTES).lastIndexOf(NEWLINE) + 1;
      if (length === 0) {
        const end = block.indexOf(NEWLINE, at);
        this.readLine(block.toString("utf8", at, end));
        at = end + 1;
        continue;
      }
      this.scanner.text.set(block.subarray(at, at + length));
      for (let from = 0; from < length; ) {
        from = this.readPlain(from, length);
        if (from === length) break;
        const end = this.scanner.text.indexOf(NEWLINE, from);
        this.readLine(this.scanner.text.toString("utf8", from, end));
        from = end + 1;
      }
      at += length;
    }
  }

  /** @throws {DataError} when the number of words differs from the first line. */
  expectWordCount(): void {
    const count = this.head?.count ?? null;
    this.rows.expectNoFaults();
    if (count === null || count === this.rows.rows) return;
    throw new DataError(
      `${this.name}: expected ${count} words, as its first line says, found ${this.rows.rows}`,
      count > this.rows.rows ? "was the file cut short?" : "the first line gives the number of words and of dimensions",
    );
  }

  private readPlain(from: number, to: number): number {
    const words: string[] = [];
    const { rows, end } = this.scanner.scan(from, to, 0, words);
    if (rows === 0) return end;
    this.expectNoBlankLine();
    const values = this.scanner.values(rows);
    for (let i = 0; i < rows; i++) {
      this.rows.add(values.subarray(i * this.dimensions, (i + 1) * this.dimensions));
      this.rows.endRow(this.line++, words[i], null);
    }
    return end;
  }

  private readLine(text: string): void {
    const { dimensions, rows } = this;
    const fields = text.replace(/[ \r]+$/, "").split(" ");
    if (fields.length === 1 && fields[0] === "") {
      this.blankLine ??= this.line++;
      return;
    }
    this.expectNoBlankLine();
    const words = fields.length - dimensions;
    if (words < 1) {
      rows.fault(`expected a word and ${dimensions} numbers, found ${fields.length} fields`, {}, this.line);
    } else if (words > 1 && isNumber(fields[words - 1])) {
      // A word may contain spaces, but a number after one is an extra component.
      rows.fault(`expected a word and ${dimensions} numbers, found more`, {}, this.line);
    } else {
      rows.add(fields.slice(words).map((cell, i) => this.number(cell, words + i + 1)));
    }
    rows.endRow(this.line++, fields.slice(0, Math.max(1, words)).join(" "), null);
  }

  private number(cell: string, field: number): number {
    const value = parseAnyNumber(cell);
    if (value !== null && (this.keepNonFinite || Number.isFinite(value))) return value;
    this.rows.fault(`expected a number, found "${cell.slice(0, 40)}"`, {}, this.line, field);
    return Number.NaN;
  }

  private expectNoBlankLine(): void {
    if (this.blankLine === null) return;
    this.rows.fault("expected a word and its numbers, found a blank line", {}, this.blankLine);
    this.blankLine = null;
  }
}
