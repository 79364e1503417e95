import type { Block, CellsWanted } from "../core/matrix.js";
import type { BlockLayout } from "./heatmap-blocks.js";

/**
 * The rows or columns that are shown out of `total`: the first `head` and the last `tail`, with an ellipsis between.
 */
export interface Span {
  readonly total: number;
  readonly head: number;
  readonly tail: number;
}

/** Returns all, or as many as fit `room` (an ellipsis takes one), at least the first. */
export function spanOf(total: number, room: number): Span {
  if (total <= Math.max(room, 1)) return { total, head: total, tail: 0 };
  const shown = Math.max(1, room - 1);
  return { total, head: Math.ceil(shown / 2), tail: Math.floor(shown / 2) };
}

/** Returns the edges, as NumPy prints a long array. */
export function edges(total: number, limit: number, edge: number): Span {
  return total <= limit ? { total, head: total, tail: 0 } : { total, head: edge, tail: edge };
}

/** Returns the indices of a span, with null for the ellipsis. */
export function indicesOf({ total, head, tail }: Span): (number | null)[] {
  const first = Array.from({ length: head }, (_, i) => i);
  if (head + tail === total) return [...first, ...Array.from({ length: tail }, (_, i) => head + i)];
  return [...first, null, ...Array.from({ length: tail }, (_, i) => total - tail + i)];
}

/** Returns the position of index `i` among those shown, or −1. */
export function placeOf({ total, head, tail }: Span, i: number): number {
  if (i < head) return i;
  return i >= total - tail ? head + i - (total - tail) : -1;
}

/** Returns the shown indices among `count` from `first` on: each as an offset from `first`, and its position. */
export function placesIn(span: Span, first: number, count: number): [offset: number, place: number][] {
  const places: [number, number][] = [];
  const add = (from: number, to: number) => {
    for (let i = Math.max(first, from); i < Math.min(first + count, to); i++)
      places.push([i - first, placeOf(span, i)]);
  };
  add(0, span.head);
  add(span.total - span.tail, span.total);
  return places;
}

/** Returns the shown indices as ranges: the head and the tail. */
const rangesOf = ({ total, head, tail }: Span): CellsWanted["rows"] => [
  [0, head],
  [total - tail, total],
];

/** Keeps the cells of a matrix that a table shows, from its blocks. */
export class MatrixWindow {
  private readonly cells: Float64Array;
  private readonly width: number;

  constructor(
    readonly rows: Span,
    readonly columns: Span,
    /** Takes all cells for a heatmap without numbers; null if none is drawn. */
    readonly blocks: BlockLayout | null = null,
  ) {
    this.width = columns.head + columns.tail;
    this.cells = new Float64Array((rows.head + rows.tail) * this.width);
  }

  add(block: Block): void {
    const { firstRow, rows, firstColumn = 0, columns, values, mirrored } = block;
    this.blocks?.grid.add(block);
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

  /** Returns the cells that this window needs; null if it needs most of them. */
  get wanted(): Pick<CellsWanted, "rows" | "columns"> | null {
    const { rows, columns } = this;
    if (this.blocks || this.cells.length > (rows.total * columns.total) / 64) return null;
    return { rows: rangesOf(rows), columns: rangesOf(columns) };
  }

  /** Returns the value of a cell in the window. */
  at(row: number, column: number): number {
    return this.cells[placeOf(this.rows, row) * this.width + placeOf(this.columns, column)];
  }
}
