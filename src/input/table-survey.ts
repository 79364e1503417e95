import { cellKind, cellValue } from "./cell.js";
import type { DecimalMark } from "./reader.js";

/** What a column of a table is used for. */
export type ColumnRole = "component" | "vector" | "id" | "label" | "left out";

/** What the cells of a column hold. */
export interface ColumnSurvey {
  /** Null in a file without a header. */
  readonly name: string | null;
  readonly role: ColumnRole;
  numbers: number;
  /** Cells that are neither numbers nor missing. */
  texts: number;
  missing: number;
  /** The range of the finite numbers; infinite while there are none. */
  min: number;
  max: number;
  /** The first cell that is not missing. */
  example: string | null;
  /** The first cell of the kind that is rarer in a column with numbers and texts, and its line. */
  readonly firstNumber: { cell: string; line: number } | null;
  readonly firstText: { cell: string; line: number } | null;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Counts what the columns of a table hold, without judging cells; for `describe`. */
export class TableSurvey {
  readonly columns: Mutable<ColumnSurvey>[] = [];
  rows = 0;
  /** Lines with another number of fields than the first line; they are not counted as rows. */
  raggedLines = 0;
  firstRaggedLine: number | null = null;

  /** @param names null for a table without a header. */
  start(roles: readonly ColumnRole[], names: readonly string[] | null): void {
    if (this.columns.length === 0) this.columns.push(...roles.map((role, i) => emptyColumn(names?.[i] ?? null, role)));
  }

  /** Adds rows of numbers; `values` are the indices of their columns. */
  addNumbers(rows: number, numbers: ArrayLike<number>, fields: readonly number[]): void {
    this.rows += rows;
    const width = fields.length;
    for (let j = 0; j < width; j++) {
      const column = this.columns[fields[j]];
      for (let at = j; at < rows * width; at += width) {
        const value = numbers[at];
        if (Number.isNaN(value)) {
          column.missing++;
          continue;
        }
        column.numbers++;
        addToRange(column, value);
      }
      if (rows > 0) column.example ??= String(numbers[j]);
    }
  }

  /** Adds texts of ids or labels. */
  addTexts(field: number, texts: readonly string[]): void {
    const column = this.columns[field];
    column.texts += texts.length;
    column.example ??= texts[0] ?? null;
  }

  /** Adds a row of cells. */
  addCells(cells: readonly string[], line: number, decimal: DecimalMark): void {
    this.rows++;
    this.columns.forEach((column, i) => {
      const cell = cells[i] ?? "";
      const kind = cellKind(cell, decimal);
      if (kind === "missing") {
        column.missing++;
        return;
      }
      column.example ??= cell;
      if (kind !== "number" && kind !== "infinite") {
        column.texts++;
        column.firstText ??= { cell, line };
        return;
      }
      const value = cellValue(cell, decimal) as number;
      column.numbers++;
      column.firstNumber ??= { cell, line };
      addToRange(column, value);
    });
  }

  addRagged(line: number): void {
    this.raggedLines++;
    this.firstRaggedLine ??= line;
  }
}

function addToRange(column: Mutable<ColumnSurvey>, value: number): void {
  if (!Number.isFinite(value)) return;
  if (value < column.min) column.min = value;
  if (value > column.max) column.max = value;
}

function emptyColumn(name: string | null, role: ColumnRole): Mutable<ColumnSurvey> {
  return {
    name,
    role,
    numbers: 0,
    texts: 0,
    missing: 0,
    min: Number.POSITIVE_INFINITY,
    max: Number.NEGATIVE_INFINITY,
    example: null,
    firstNumber: null,
    firstText: null,
  };
}
