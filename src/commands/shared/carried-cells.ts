import { MachineError } from "../../core/errors.js";
import type { Cell, ColumnKind } from "../../output/format.js";

/** The cells of columns that are added to the records of a result. */
export interface CarriedColumns {
  readonly names: readonly string[];
  readonly kinds: readonly ColumnKind[];
  cellsOf(row: number): readonly Cell[];
}

export const NO_COLUMNS: CarriedColumns = { names: [], kinds: [], cellsOf: () => [] };

/** Memory of a cell besides the characters of a text. */
const CELL_BYTES = 32;

/** Keeps cells of wanted rows, and finds out which columns hold numbers. */
export class GatheredCells {
  private readonly cells = new Map<number, readonly Cell[]>();
  private readonly isKnown: boolean[];
  /** Whether all cells of a column, also of other rows, are numbers or missing; and whether they are integers. */
  private readonly areNumbers: boolean[];
  private readonly areWhole: boolean[];
  private bytes = 0;

  constructor(
    readonly names: readonly string[],
    private readonly maxBytes: number,
  ) {
    this.isKnown = names.map(() => false);
    this.areNumbers = names.map(() => true);
    this.areWhole = names.map(() => true);
  }

  /** Examines all cells of a batch. @param hasTypes whether a text that looks like a number is a text. */
  see(cells: readonly (readonly Cell[] | null)[], hasTypes: boolean): void {
    for (const [k, list] of cells.entries()) {
      if (!list) continue;
      this.isKnown[k] = true;
      for (const cell of list) {
        if (!this.areNumbers[k]) break;
        if (cell === null || (cell === "" && !hasTypes)) continue;
        const number = hasTypes ? cell : numberOf(cell);
        if (typeof number !== "number") this.areNumbers[k] = false;
        else if (!Number.isSafeInteger(number)) this.areWhole[k] = false;
      }
    }
  }

  /** Keeps the cells of record i of a batch for a row. */
  add(row: number, cells: readonly (readonly Cell[] | null)[], i: number): void {
    const kept = this.names.map((_, k) => cells[k]?.[i] ?? null);
    for (const cell of kept) this.bytes += CELL_BYTES + (typeof cell === "string" ? 2 * cell.length : 0);
    if (this.bytes > this.maxBytes) {
      throw new MachineError(
        `the carried columns need more than the ${Math.floor(this.maxBytes / 1e6)} MB of memory that are left`,
        "carry fewer columns, or raise --max-memory",
      );
    }
    this.cells.set(row, kept);
  }

  /** Returns whether one of some rows has no cells. */
  lacks(rows: Iterable<number>): boolean {
    for (const row of rows) if (!this.cells.has(row)) return true;
    return false;
  }

  columns(): CarriedColumns {
    const { names, isKnown, areNumbers, areWhole } = this;
    const known = names.flatMap((_, k) => (isKnown[k] ? [k] : []));
    return {
      names: known.map((k) => names[k]),
      kinds: known.map((k) => (areNumbers[k] ? (areWhole[k] ? "whole" : "number") : "text")),
      cellsOf: (row) => {
        const cells = this.cells.get(row);
        return known.map((k) => {
          const cell = cells?.[k] ?? null;
          if (!areNumbers[k] || cell === null) return cell;
          return numberOf(cell) ?? null;
        });
      },
    };
  }
}

/** Returns a number, or the number that a text writes in its shortest form; null for other texts. */
function numberOf(cell: Cell): number | null {
  if (typeof cell !== "string") return cell;
  const number = Number(cell);
  return Number.isFinite(number) && String(number) === cell ? number : null;
}
