import type { CellRange } from "./clip.js";
import type { Numbers } from "./numbers.js";

export interface RowProductOptions {
  /** Whether the rows have length 1: then cells are clipped to [−1, 1], and those of equal rows are exactly 1. */
  readonly clips: boolean;
  /** Bytes to work in; packed rows take at most a third. */
  readonly workBytes: number;
  /** Number of rows of the left-hand side in all calls together. */
  readonly rows: number;
}

/** Where the cells of a product go. */
export interface ProductCells {
  /** The cells from the first one on, allocated by the kernels. */
  readonly values: Float64Array;
  /** Distance between the first cells of two rows. */
  readonly stride: number;
  /** The first row of the right-hand side that is multiplied; a multiple of 64. */
  readonly firstColumn: number;
  readonly columns: number;
  /** Whether the cells are contiguous and few enough for one thread, while other threads compute the next area. */
  readonly apart: boolean;
}

/** Products `A·Bᵀ` of some rows with the rows of one right-hand side. */
export interface RowProduct {
  /**
   * Starts the product of the rows `a` with some rows of the right-hand side.
   *
   * @returns a function that does this thread's share and waits for the others. Its result are the ranges of the blocks
   * that were clipped; null for other blocks.
   */
  start(a: Numbers, to: ProductCells): () => Promise<readonly (CellRange | null)[]>;
  /** Frees the memory. No product may be in progress. */
  close(): void;
}
