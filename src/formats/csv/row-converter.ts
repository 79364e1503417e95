import { cellKind, cellValue, isNumberCell, parseArray } from "../../input/cell.js";
import { MISSING_HINT } from "../../input/finite.js";
import type { DecimalMark, ReadOptions, RowBatch } from "../../input/reader.js";
import {
  cellHint,
  INFINITE_HINT,
  LATE_HINT,
  numberMessage,
  quotedCell,
  textMessage,
  withoutColumn,
} from "./cell-faults.js";
import type { Layout, TextRow } from "./layout.js";
import type { TableFaults } from "./table-faults.js";

/** Converts the cells of rows of a known layout to numbers, ids and labels. */
export class RowConverter {
  /** Number of rows, those at fault included; and of lines that are no rows. */
  rows: number;
  others = 0;
  private readonly decimal: DecimalMark;
  private readonly keepsNonFinite: boolean;
  /** Number of components of a row. */
  private readonly width: number;
  private cells: number[] = [];
  private ids: string[] = [];
  private labels: string[] = [];
  private lines: number[] = [];

  /** @param rows the number of rows that are converted already. */
  constructor(
    private readonly layout: Layout,
    private readonly options: ReadOptions,
    private readonly delimiter: string,
    private readonly faults: TableFaults,
    rows: number,
  ) {
    this.rows = rows;
    this.decimal = options.decimal ?? ".";
    this.keepsNonFinite = options.nonFinite === "keep";
    const { values, isVector, evidence } = layout;
    this.width = isVector ? (parseArray(evidence[values[0]].cell)?.length ?? 0) : values.length;
  }

  convert({ cells, line }: TextRow): void {
    const { layout, faults } = this;
    const { survey } = this.options;
    if (this.isOther(cells)) {
      this.others++;
      this.addOther(cells, line);
      return;
    }
    this.rows++;
    if (cells.length !== layout.fields) {
      if (survey) survey.addRagged(line);
      else faults.add(`expected ${layout.fields} fields, found ${cells.length}`, RAGGED_HINT, line);
      return;
    }
    survey?.addCells(cells, line, this.decimal);
    if (layout.isVector) this.addVector(cells[layout.values[0]], line);
    else for (const i of layout.values) this.addComponent(cells[i], i, line);
    if (!survey) this.expectTexts(cells, line);
    if (!faults.isEmpty) {
      this.cells.length = 0;
      return;
    }
    this.lines.push(line);
    if (layout.id !== null) this.ids.push(cells[layout.id] ?? "");
    if (layout.label !== null) this.labels.push(cells[layout.label] ?? "");
  }

  /** Returns the rows since the last call; null when there are none or there is a fault. */
  take(quoted: boolean): RowBatch | null {
    if (this.lines.length === 0 || !this.faults.isEmpty) return null;
    const { layout, delimiter } = this;
    const batch: RowBatch = {
      rows: this.lines.length,
      columns: this.width,
      values: new Float64Array(this.cells),
      ids: layout.id === null ? null : this.ids,
      labels: layout.label === null ? null : this.labels,
      lines: this.lines,
      columnNames: layout.columnNames,
      delimiter,
      quoted,
    };
    this.cells = [];
    this.ids = [];
    this.labels = [];
    this.lines = [];
    return batch;
  }

  /** Returns whether a line has text in place of all numbers. */
  private isOther(cells: readonly string[]): boolean {
    const { fields, values, isVector } = this.layout;
    if (fields < 2) return false;
    const isText = (cell: string) => cellKind(cell, this.decimal) === "text";
    if (cells.length !== fields) return cells.every((cell) => cell === "" || isText(cell));
    if (isVector) return false;
    // Most rows end here: their first number is one.
    if (cellValue(cells[values[0]], this.decimal) !== null) return false;
    return values.length > 1 && values.every((field) => isText(cells[field]));
  }

  private addOther(cells: readonly string[], line: number): void {
    const { survey } = this.options;
    if (survey) survey.addRagged(line);
    else this.faults.addOtherLine(`expected numbers, found ${quotedCell(firstText(cells))}`, line);
  }

  private addComponent(cell: string, field: number, line: number): void {
    const { layout, faults } = this;
    const value = cellValue(cell, this.decimal);
    this.cells.push(value ?? Number.NaN);
    if (this.options.survey || (value !== null && (this.keepsNonFinite || Number.isFinite(value)))) return;
    if (value === null) {
      const hint = cellHint(cell, field, layout, { decimal: this.decimal, delimiter: this.delimiter });
      if (!hint.hint) faults.addColumn(field, "mixed");
      faults.add(textMessage(cell, field, layout), hint, line, field + 1, "text");
    } else if (Number.isNaN(value)) {
      const isTrailing = cell === "" && field === layout.fields - 1 && layout.evidence[field].kind === "missing";
      const hint = isTrailing ? withoutColumn(TRAILING, field, layout) : MISSING_HINT;
      faults.addColumn(field, "missing");
      faults.add(`expected a number, found ${quotedCell(cell)}`, hint, line, field + 1, "missing");
    } else {
      faults.add(`expected a finite number, found ${quotedCell(cell)}`, INFINITE_HINT, line, field + 1, "infinite");
    }
  }

  /** Adds the components of a cell that holds a whole vector. */
  private addVector(cell: string, line: number): void {
    const { faults, width } = this;
    const place = [line, this.layout.values[0] + 1] as const;
    const isMissing = cellKind(cell, this.decimal) === "missing";
    const numbers = isMissing ? Array<number>(width).fill(Number.NaN) : parseArray(cell);
    if (isMissing && !this.keepsNonFinite) {
      faults.add(`expected a vector, found ${quotedCell(cell)}`, MISSING_HINT, ...place, "missing");
    } else if (numbers === null) {
      faults.add(`expected a vector, found ${quotedCell(cell)}`, vectorHint(cell), ...place);
    } else if (numbers.length !== width || numbers.length === 0) {
      const found = numbers.length === 0 ? "none" : String(numbers.length);
      const expected = width === 0 ? "numbers" : `${width} numbers`;
      faults.add(`expected ${expected} in the vector, found ${found}`, LENGTH_HINT, ...place);
    } else if (!this.keepsNonFinite && !numbers.every(Number.isFinite)) {
      faults.add("expected finite numbers, found a missing or infinite one", MISSING_HINT, ...place);
    } else for (const number of numbers) this.cells.push(number);
  }

  /** Checks the fields that hold no components. */
  private expectTexts(cells: readonly string[], line: number): void {
    const { layout, faults } = this;
    for (const i of layout.leftOut) {
      if (!isNumberCell(cells[i], this.decimal)) continue;
      const isLate = layout.evidence[i].kind === "missing";
      faults.addColumn(i, isLate ? "late" : "mixed");
      const hint = isLate ? LATE_HINT : withoutColumn(LEAVES_OUT, i, layout);
      faults.add(numberMessage(cells[i], i, layout), hint, line, i + 1, "number");
    }
    if (layout.label !== null && cells[layout.label] === "") {
      faults.add("expected a label, found an empty cell", LABEL_HINT, line, layout.label + 1);
    }
  }
}

/** Returns the first cell of a line that is not empty. */
export const firstText = (cells: readonly string[]): string => cells.find((cell) => cell !== "") ?? "";

const LEAVES_OUT = "this command leaves the column out";
const TRAILING = "is there a delimiter at the end of each line?";
const vectorHint = (cell: string) =>
  cell.includes("...")
    ? { hint: "NumPy shortened this vector for display: write the file again with the vector's tolist()" }
    : { guess: "--vector-column names the column of the vectors" };
const LENGTH_HINT = { guess: "are all vectors from the same model?" };
const LABEL_HINT = { guess: "every row needs a label" };
const RAGGED_HINT = { guess: "does every row have the same number of fields, and one delimiter? -d names it" };
