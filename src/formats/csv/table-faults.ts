import type { MalformedError } from "../../core/errors.js";
import { shellWord } from "../../core/shell-word.js";
import { FaultList, type Hints } from "../../input/faults.js";
import { columnOptions } from "./cell-faults.js";
import type { Layout } from "./layout.js";

/** Maximum number of lines that a hint leaves out. */
const MAX_OTHER_LINES = 20;

/** The kinds of columns that a hint treats alike. */
type FaultyColumns = "mixed" | "missing" | "late";

/** Collects the faults of a table, and finds the command that reads what is sound. */
export class TableFaults {
  private readonly list: FaultList;
  /** Fields with numbers and text, with missing values, and with a number after 100 rows without one. */
  private readonly fields = { mixed: new Set<number>(), missing: new Set<number>(), late: new Set<number>() };
  /** Lines without numbers, such as a title, units or a repeated header. */
  private readonly otherLines: number[] = [];
  private lastFaulty = 0;
  private faultyRows = 0;

  constructor(private readonly name: string) {
    this.list = new FaultList(name);
  }

  get isEmpty(): boolean {
    return this.list.isEmpty;
  }

  /** @param field from 1; undefined if the whole line is at fault. */
  add(message: string, hints: Hints, line: number, field?: number, kind?: string): void {
    if (line !== this.lastFaulty) this.faultyRows++;
    this.lastFaulty = line;
    this.list.add(message, hints, line, field, kind);
  }

  /** Notes what is wrong with a column, by its field from 0. */
  addColumn(field: number, kind: FaultyColumns): void {
    this.fields[kind].add(field);
  }

  /** Adds a line that is neither a header nor a row. */
  addOtherLine(message: string, line: number): void {
    this.otherLines.push(line);
    this.list.add(message, {}, line);
  }

  /** @param rows the number of rows of the table, the faulty ones included. */
  error(layout: Layout | null, rows: number): MalformedError {
    return this.hasFewOtherLines(rows)
      ? this.withoutOtherLines()
      : this.list.error(layout ? this.remedy(layout) : undefined);
  }

  /** Returns the options that leave out all columns with text among numbers, and the rows with missing values. */
  private remedy(layout: Layout): string | undefined {
    const { mixed, missing, late } = this.fields;
    if (mixed.size === 0 && late.size === 0) return undefined;
    const values = [...layout.values, ...late].filter((field) => !mixed.has(field)).sort((a, b) => a - b);
    if (values.length === 0) return undefined;
    const lacksValues = late.size > 0 || values.some((field) => missing.has(field));
    return `${columnOptions(values, layout)}${lacksValues ? " --missing skip-row" : ""}`;
  }

  /** Returns whether lines without numbers are the only fault, and few. */
  private hasFewOtherLines(rows: number): boolean {
    const { length } = this.otherLines;
    return this.faultyRows === 0 && length > 0 && length <= MAX_OTHER_LINES && rows > 0 && length <= rows + 3;
  }

  private withoutOtherLines(): MalformedError {
    const { otherLines: lines, name } = this;
    const script = shellWord(lines.map((line) => `${line}d`).join(";"));
    const unpack = UNPACK.find(([extension]) => name.toLowerCase().endsWith(extension));
    const onStdin = `sed ${script}`;
    const file = shellWord(name);
    const command = unpack ? `${unpack[1]} ${file} | ${onStdin}` : `${onStdin} ${file}`;
    const hint = `this leaves out ${lines.length === 1 ? `line ${lines[0]}` : `${lines.length} lines`}`;
    return this.list.errorBefore({ file: name, command, onStdin }, hint);
  }
}

const UNPACK = [
  [".gz", "gzip -dc"],
  [".zst", "zstd -dc"],
] as const;
