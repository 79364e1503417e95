import { RectangleRanges } from "../kernels/rectangle-ranges.js";
import type { Block } from "./matrix.js";

/** From this number of cells a pixel on, the kernels are faster than JavaScript. */
const WORTH_A_KERNEL = 4;
/** The kernels are loaded for more cells than these. */
const FEW_CELLS = 1 << 20;

/**
 * Aggregates the cells of a matrix to a grid of pixels as they stream by. Pixel row r covers the rows from floor(r·n/p) to
 * floor((r+1)·n/p), and columns likewise: every cell belongs to exactly one pixel. NaN cells are only counted.
 */
export class CellGrid {
  readonly sums: Float64Array;
  readonly minima: Float64Array;
  readonly maxima: Float64Array;
  /** Number of cells of each pixel that are not NaN. */
  readonly counts: Float64Array;
  private readonly rowEdges: Int32Array;
  private readonly columnEdges: Int32Array;
  private readonly ranges: RectangleRanges | null;

  /**
   * @param rows n, the rows of the matrix, and `columns` its columns.
   * @param height p, the rows of the grid, at most n, and `width` its columns.
   */
  constructor(
    readonly rows: number,
    readonly columns: number,
    readonly height: number,
    readonly width: number,
  ) {
    const size = height * width;
    this.sums = new Float64Array(size);
    this.minima = new Float64Array(size).fill(Number.POSITIVE_INFINITY);
    this.maxima = new Float64Array(size).fill(Number.NEGATIVE_INFINITY);
    this.counts = new Float64Array(size);
    const cells = rows * columns;
    this.ranges = cells > FEW_CELLS && cells >= WORTH_A_KERNEL * size ? new RectangleRanges() : null;
    this.rowEdges = edgesOf(rows, height);
    this.columnEdges = edgesOf(columns, width);
  }

  /** Whether a pixel has several cells. */
  get isAggregated(): boolean {
    return this.height < this.rows || this.width < this.columns;
  }

  add(block: Block): void {
    const { rowEdges, columnEdges, width, height } = this;
    // In a square grid, the rectangles across the diagonal are the same ones.
    const isSquare = width === height;
    const isMirrored = block.mirrored === true;
    this.addRectangles(block, rowEdges, columnEdges, (y, x, range, count) => {
      this.put(y * width + x, range, count);
      if (isMirrored && isSquare) this.put(x * width + y, range, count);
    });
    if (!isMirrored || isSquare) return;
    this.addRectangles(block, columnEdges, rowEdges, (x, y, range, count) => this.put(y * width + x, range, count));
  }

  /** Divides a block at edges of rows and of columns, and passes the parts of each rectangle, its range, and its number of cells. */
  private addRectangles(
    block: Block,
    rowEdges: Int32Array,
    columnEdges: Int32Array,
    add: (row: number, column: number, range: ArrayLike<number>, count: number) => void,
  ): void {
    const { firstRow, rows, firstColumn = 0, columns: stride } = block;
    const [lastRow, lastColumn] = [firstRow + rows, firstColumn + stride];
    for (let row = partAt(rowEdges, firstRow); rowEdges[row] < lastRow; row++) {
      const top = Math.max(rowEdges[row], firstRow) - firstRow;
      const bottom = Math.min(rowEdges[row + 1], lastRow) - firstRow;
      // The rows of one part stay in the cache.
      const values = block.values.subarray(top * stride, bottom * stride);
      this.ranges?.load(values);
      for (let column = partAt(columnEdges, firstColumn); columnEdges[column] < lastColumn; column++) {
        const left = Math.max(columnEdges[column], firstColumn) - firstColumn;
        const width = Math.min(columnEdges[column + 1], lastColumn) - firstColumn - left;
        const height = bottom - top;
        const range = this.ranges?.of(left, height, width, stride) ?? rangeOf(values, left, height, width, stride);
        if (!Number.isNaN(range[2])) add(row, column, range, height * width);
        else {
          const others = withoutNaN(values, left, height, width, stride);
          add(row, column, rangeOf(others, 0, 1, others.length, others.length), others.length);
        }
      }
    }
  }

  /** Frees the memory of the kernels, after the last block. */
  close(): void {
    this.ranges?.close();
  }

  /** Returns the mean of each pixel; NaN for one of NaN cells. */
  means(): Float64Array {
    return this.sums.map((sum, k) => sum / this.counts[k]);
  }

  /** Returns the minimum, maximum and mean of all cells, and the number of those that are NaN. */
  range(): { min: number; max: number; mean: number; missing: number } {
    let [min, max, sum, count] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0];
    for (let k = 0; k < this.sums.length; k++) {
      min = Math.min(min, this.minima[k]);
      max = Math.max(max, this.maxima[k]);
      sum += this.sums[k];
      count += this.counts[k];
    }
    return { min, max, mean: sum / count, missing: this.rows * this.columns - count };
  }

  private put(at: number, range: ArrayLike<number>, count: number): void {
    const [min, max, sum] = [range[0], range[1], range[2]];
    this.sums[at] += sum;
    this.counts[at] += count;
    if (min < this.minima[at]) this.minima[at] = min;
    if (max > this.maxima[at]) this.maxima[at] = max;
  }
}

/** Returns minimum, maximum and sum of a rectangle of cells; the sum is NaN if a cell is. */
function rangeOf(
  values: ArrayLike<number>,
  start: number,
  rows: number,
  columns: number,
  stride: number,
): readonly [min: number, max: number, sum: number] {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  let sum = 0;
  for (let i = 0; i < rows; i++) {
    const first = start + i * stride;
    for (let k = first; k < first + columns; k++) {
      const value = values[k];
      if (value < min) min = value;
      if (value > max) max = value;
      sum += value;
    }
  }
  return [min, max, sum];
}

/** Returns the cells of a rectangle that are not NaN. */
function withoutNaN(values: Float64Array, start: number, rows: number, columns: number, stride: number): number[] {
  const found: number[] = [];
  for (let i = 0; i < rows; i++) {
    for (const value of values.subarray(start + i * stride, start + i * stride + columns)) {
      if (!Number.isNaN(value)) found.push(value);
    }
  }
  return found;
}

/** Returns the part that contains a cell. */
function partAt(edges: Int32Array, cell: number): number {
  const parts = edges.length - 1;
  let part = Math.floor((cell * parts) / edges[parts]);
  while (edges[part + 1] <= cell) part++;
  return part;
}

/** Returns the first cell of each of `parts` parts of `length` cells, and the end. */
export function edgesOf(length: number, parts: number): Int32Array {
  return Int32Array.from({ length: parts + 1 }, (_, part) => Math.floor((part * length) / parts));
}
