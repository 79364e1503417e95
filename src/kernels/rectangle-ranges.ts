import { type Kernels, loadKernels } from "./wasm.js";

/** Returns minimum, maximum and sum of rectangles of a block of cells. */
export class RectangleRanges {
  private readonly kernels: Kernels = loadKernels();
  private readonly out = this.kernels.allocateDoubles(3);
  private buffer: Float64Array | null = null;
  private cells = 0;

  /** Takes the cells of a block: those in the memory of the kernels where they are, others as a copy. */
  load(values: Float64Array): void {
    const address = this.kernels.addressOf(values);
    if (address !== null) {
      this.cells = address;
      return;
    }
    if (!this.buffer || this.buffer.length < values.length) {
      if (this.buffer) this.kernels.release(this.buffer);
      this.buffer = this.kernels.allocateDoubles(values.length);
    }
    this.buffer.set(values);
    this.cells = this.buffer.byteOffset;
  }

  /**
   * Returns minimum, maximum and sum of a rectangle, valid until the next call. The sum is NaN if a cell is; the others are then
   * undefined.
   *
   * @param start the index of the first cell, and `stride` the distance of rows.
   */
  of(start: number, rows: number, columns: number, stride: number): Float64Array {
    this.kernels.call.rangeOfCells(this.cells + 8 * start, rows, columns, stride, this.out.byteOffset);
    return this.out;
  }

  /** Frees the memory. */
  close(): void {
    this.kernels.release(this.out);
    if (this.buffer) this.kernels.release(this.buffer);
  }
}
