import type { Block } from "../core/matrix.js";
import { placeOf, placesIn, type Span } from "./span.js";

/** Keeps the cells of a matrix that a table shows, from its blocks. */
export class MatrixWindow {
  private readonly cells: Float64Array;
  private readonly width: number;

  constructor(
    readonly rows: Span,
    readonly columns: Span,
  ) {
    this.width = columns.head + columns.tail;
    this.cells = new Float64Array((rows.head + rows.tail) * this.width);
  }

  add({ firstRow, rows, firstColumn = 0, columns, values, mirrored }: Block): void {
    for (const [i, row] of placesIn(this.rows, firstRow, rows)) {
      for (const [j, column] of placesIn(this.columns, firstColumn, columns)) {
        this.cells[row * this.width + column] = values[i * columns + j];
      }
    }
    if (!mirrored) return;
    for (const [j, row] of placesIn(this.rows, firstColumn, columns)) {
      for (const [i, column] of placesIn(this.columns, firstRow, rows)) {
        this.cells[row * this.width + column] = values[i * columns + j];
      }
    }
  }

  /** Returns the value of a cell in the window. */
  at(row: number, column: number): number {
    return this.cells[placeOf(this.rows, row) * this.width + placeOf(this.columns, column)];
  }
}
