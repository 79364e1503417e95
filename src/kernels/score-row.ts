import { type Kernels, loadKernels } from "./wasm.js";

/** A row of scores in the memory of the kernels, which search it. NaN marks a column without a score. */
export class ScoreRow {
  readonly cells: Float64Array;
  private readonly kernels: Kernels = loadKernels();
  private readonly list: number;
  private heap = 0;
  private heapCells = 0;

  constructor(private readonly columns: number) {
    this.cells = this.kernels.allocateDoubles(columns);
    this.list = this.kernels.allocate(4 * columns);
  }

  /** Returns the k-th greatest score, 1 ≤ k ≤ columns; −Infinity when fewer columns have one. */
  kthGreatest(k: number): number {
    if (k > this.heapCells) {
      if (this.heapCells > 0) this.kernels.release(this.heap);
      this.heap = this.kernels.allocate(8 * k);
      this.heapCells = k;
    }
    return this.kernels.call.kthGreatest(this.cells.byteOffset, this.columns, k, this.heap);
  }

  /** Returns the columns with `min ≤ score ≤ max`, in ascending order. */
  within(min: number, max: number): Uint32Array {
    const found = this.kernels.call.listWithin(this.cells.byteOffset, this.columns, min, max, this.list);
    return this.kernels.integers(this.list, found).slice();
  }

  /** Returns the number of columns with a score above `bound`. */
  countAbove(bound: number): number {
    return this.kernels.call.countAbove(this.cells.byteOffset, this.columns, bound);
  }

  /** Frees the memory. */
  close(): void {
    this.kernels.release(this.cells);
    this.kernels.release(this.list);
    if (this.heapCells > 0) this.kernels.release(this.heap);
  }
}
