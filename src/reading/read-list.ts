import { DataError, NoRowsError } from "../core/errors.js";
import { fileSize } from "../input/file-size.js";
import type { BatchFile, ReadOptions, RowBatch, RowSink } from "../input/reader.js";
import type { Source } from "../input/source.js";
import type { SourceList } from "../input/source-list.js";

/** Reads the batches of one file, and tells the name of its format. */
type ReadFile = (source: Source, options: ReadOptions, sink: RowSink | null) => Promise<OpenedFile>;

/** A file whose format is known. */
export interface OpenedFile {
  readonly source: Source;
  readonly format: string;
  readonly batches: AsyncGenerator<RowBatch>;
}

/**
 * Reads files one after another as one set. All files have the same number of dimensions, and all or none have ids and labels;
 * column names are those of the first file. Files without rows are left out with a note.
 *
 * @throws {DataError} naming both files where they differ, and when no file has rows.
 */
export async function* readList(
  { name, parts }: SourceList,
  options: ReadOptions,
  sink: RowSink | null,
  open: ReadFile,
): AsyncGenerator<RowBatch> {
  const shape = new CommonShape();
  const rows = new RowEstimate(parts);
  const withoutRows: string[] = [];
  // Memory for the rows of one file is not memory for all.
  const ofPart = sink && { runtime: sink.runtime, create: (length: number) => sink.create(length) };
  // A share has rows of all files together.
  const { share: _, ...others } = options;
  const shared: ReadOptions = { ...others, firstLayout: { file: null, layout: null } };
  for (const [i, part] of parts.entries()) {
    const firstRow = rows.read;
    try {
      const { source, format, batches } = await open(part, forPart(shared, part.name, name), ofPart);
      for await (const { totalRows = null, ...batch } of batches) {
        const columnNames = shape.add(batch, part.name);
        if (i === 0 && firstRow === rows.read) rows.expect(totalRows, batch.columns, sink);
        rows.read += batch.rows;
        const file: BatchFile = { name: part.name, firstRow, format, compression: source.packed?.by ?? null };
        yield { ...batch, columnNames, file };
      }
    } catch (error) {
      if (!(error instanceof NoRowsError)) throw error;
      withoutRows.push(part.name);
    }
    rows.endPart(i, shape.columns, sink);
  }
  if (rows.read === 0) {
    throw new NoRowsError(`${name}: expected rows of numbers, found none in ${parts.length} files`);
  }
  if (withoutRows.length > 0) {
    options.note?.(
      `${name}: ${parts.length} files, of which ${withoutRows.length} without rows: ${someOf(withoutRows)}`,
    );
  }
  const unexpected = shape.hasIds
    ? null
    : outOfNumber(parts.map((part) => part.name).filter((part) => !withoutRows.includes(part)));
  if (unexpected) {
    const [before, after] = unexpected;
    options.note?.(
      `${name}: rows are numbered in the order of Python's sorted(): ${before} is read before ${after}; names with as many digits, such as 01, are read in the order of their numbers`,
    );
  }
}

/** Returns options that report a guess about one of the files as one about all. */
function forPart(options: ReadOptions, part: string, name: string): ReadOptions {
  const { onGuess } = options;
  if (!onGuess) return options;
  const ofAll = (guess: string) => (guess.startsWith(`${part}: `) ? name + guess.slice(part.length) : guess);
  return { ...options, onGuess: (guess, otherwise) => onGuess(ofAll(guess), otherwise) };
}

/** The properties that all files share. */
class CommonShape {
  private first: { readonly batch: Omit<RowBatch, "values">; readonly file: string } | null = null;

  get columns(): number {
    return this.first?.batch.columns ?? 0;
  }

  get hasIds(): boolean {
    return this.first?.batch.ids != null;
  }

  /**
   * Returns the names of the columns.
   *
   * @throws {DataError} for rows of another shape than those of the first file.
   */
  add(batch: RowBatch, file: string): readonly string[] | null {
    if (!this.first) {
      const { values: _, ...rest } = batch;
      this.first = { batch: rest, file };
    }
    const { batch: first, file: firstFile } = this.first;
    const expectSame = (what: string, expected: string, found: string, hint: string) => {
      if (expected === found) return;
      throw new DataError(`${file}: expected ${what}${expected} as in ${firstFile}, found ${found}`, hint);
    };
    const has = (texts: readonly string[] | null, what: string) => (texts ? what : `no ${what}`);
    expectSame("", has(first.ids, "ids"), has(batch.ids, "ids"), ID_HINT);
    expectSame("", has(first.labels, "labels"), has(batch.labels, "labels"), "--labels names a column of every file");
    expectSame("", `${first.columns} dimensions`, `${batch.columns} dimensions`, DIMENSIONS_HINT);
    if (first.columnNames && batch.columnNames) {
      const differs = first.columnNames.findIndex((column, i) => column !== batch.columnNames?.[i]);
      const nameOf = (names: readonly string[]) => `"${names[differs]}"`;
      if (differs >= 0)
        expectSame(
          `column ${differs + 1} of the vectors to be `,
          nameOf(first.columnNames),
          nameOf(batch.columnNames),
          NAMES_HINT,
        );
    }
    return first.columnNames;
  }
}

const ID_HINT = "--id-column 1 reads the first column of every file as ids; --columns selects the components";
const DIMENSIONS_HINT = "are all vectors from the same model? a narrower pattern leaves files out";
const NAMES_HINT = "--columns selects columns by name, in the same order in every file";

/** Slack of an estimate of rows; memory that is never written is not used. */
const SLACK = 1.2;

/** Estimates the number of rows in all files from those that have been read. */
class RowEstimate {
  /** The number of rows read so far. */
  read = 0;
  private readonly sizes: readonly number[];
  private readonly total: number;
  private done = 0;

  constructor(parts: readonly Source[]) {
    this.sizes = parts.map(({ file }) => (file && fileSize(file.path)) ?? 0);
    this.total = this.sizes.reduce((sum, size) => sum + size, 0);
  }

  /** Tells the sink what the number of rows in the first file means for all. */
  expect(rowsOfFirst: number | null, columns: number, sink: RowSink | null): void {
    if (rowsOfFirst !== null) this.tell(rowsOfFirst, this.sizes[0], columns, sink);
  }

  endPart(part: number, columns: number, sink: RowSink | null): void {
    this.done += this.sizes[part];
    if (part < this.sizes.length - 1) this.tell(this.read, this.done, columns, sink);
  }

  private tell(rows: number, bytes: number, columns: number, sink: RowSink | null): void {
    if (rows > 0 && bytes > 0) sink?.expectRows?.(Math.ceil((rows * this.total * SLACK) / bytes), columns);
  }
}

/** Returns the first two files whose numbers are not in order, such as `part-10` and `part-9`. */
function outOfNumber(names: readonly string[]): [string, string] | null {
  const keys = names.map((name) => name.replace(/\d+/g, (digits) => digits.padStart(24, "0")));
  const at = keys.findIndex((key, i) => i > 0 && key < keys[i - 1]);
  return at < 0 ? null : [names[at - 1], names[at]];
}

const SHOWN = 4;

const someOf = (names: readonly string[]) => names.slice(0, SHOWN).join(", ") + (names.length > SHOWN ? ", …" : "");
