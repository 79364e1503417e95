import { sharedArray } from "../core/vectors.js";
import type { Backend } from "./backends/backend.js";
import { dot } from "./metrics/dot.js";

/** Adds weighted sums of rows: matrix products of which neither side is transposed, by a backend that multiplies rows. */
export class WeightedRows {
  private readonly cells: Float64Array;
  private turned = sharedArray(0);

  /** @param most the maximum number of cells of a product. */
  constructor(
    private readonly backend: Backend,
    most: number,
    private readonly workBytes: number,
  ) {
    this.cells = backend.allocate(most);
  }

  /**
   * Adds weights·rows to `to`.
   *
   * @param weights n×m, on shared memory. @param rows m×d. @param to n×d.
   */
  async add(weights: Float64Array, rows: Float64Array, d: number, to: Float64Array): Promise<void> {
    const { backend, cells } = this;
    const m = rows.length / d;
    if (this.turned.length < rows.length) this.turned = sharedArray(rows.length);
    const right = this.turned.subarray(0, rows.length);
    transpose(rows, d, m, d, right);
    const product = backend.product(dot, { left: weights, right, d: m }, this.workBytes);
    try {
      const area = { firstRow: 0, rows: to.length / d, firstColumn: 0, columns: d };
      await product.start(area, { values: cells.subarray(0, to.length), stride: d, apart: false })();
    } finally {
      product.close();
    }
    for (let k = 0; k < to.length; k++) to[k] += cells[k];
  }

  close(): void {
    this.backend.release(this.cells);
  }
}

/** Rows that are transposed together, so that both sides stay in the cache. */
const TOGETHER = 16;

/** Writes the transpose of rows×columns numbers, whose rows are `stride` apart, to `to`. */
export function transpose(from: Float64Array, stride: number, rows: number, columns: number, to: Float64Array): void {
  for (let top = 0; top < rows; top += TOGETHER) {
    const end = Math.min(rows, top + TOGETHER);
    for (let j = 0; j < columns; j++) {
      for (let i = top; i < end; i++) to[j * rows + i] = from[i * stride + j];
    }
  }
}
