import type { Tile } from "../../matrix.js";
import { placeOf, type Span } from "./span.js";

/** The cells of a matrix that a table shows, kept while its tiles go by. */
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

  add({ firstRow, rows, columns, values }: Tile): void {
    const { head, tail } = this.columns;
    for (let i = 0; i < rows; i++) {
      const place = placeOf(this.rows, firstRow + i);
      if (place < 0) continue;
      const row = values.subarray(i * columns, (i + 1) * columns);
      this.cells.set(row.subarray(0, head), place * this.width);
      this.cells.set(row.subarray(columns - tail), place * this.width + head);
    }
  }

  /** The value of a cell that the window shows. */
  at(row: number, column: number): number {
    return this.cells[placeOf(this.rows, row) * this.width + placeOf(this.columns, column)];
  }
}
