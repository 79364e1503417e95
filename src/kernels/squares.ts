import type { Pool } from "./pool.js";
import { type Kernels, loadKernels } from "./wasm.js";

/** Cells that one item of a job turns into squares. */
const ITEM_CELLS = 1 << 17;

/** Turns products of rows into squared distances `|x|² + |y|² − 2x·y`, or their roots. */
export interface Squares {
  /**
   * @param cells whole rows of products, allocated by the kernels.
   * @returns whether some cells lost too many digits to cancellation; they are marked, and have to be computed again.
   */
  finish(cells: Float64Array, firstRow: number, rows: number): Promise<boolean>;
  /** Frees the memory. */
  close(): void;
}

/**
 * @param left, right the squared lengths of the rows and of the columns.
 * @param threshold a cell is marked when it is at most this share of the sum of both squared lengths.
 */
export function createSquaresJob(
  pool: Pool,
  left: Float64Array,
  right: Float64Array,
  threshold: number,
  roots: boolean,
): Squares {
  const kernels = loadKernels();
  const columns = right.length;
  const ofLeft = kernels.copyOf(left);
  const ofRight = left === right ? ofLeft : kernels.copyOf(right);
  const itemRows = Math.max(1, Math.floor(ITEM_CELLS / columns));
  const common = { kind: "squares", columns, threshold, roots, itemRows, right: ofRight } as const;
  return {
    async finish(cells, firstRow, rows) {
      const params: SquaresParams = { ...common, cells: cells.byteOffset, rows, left: ofLeft + 8 * firstRow };
      const marked = await pool.start<number>(params, Math.ceil(rows / itemRows)).finish();
      return marked.some((count) => count > 0);
    },
    close() {
      for (const address of new Set([ofLeft, ofRight])) kernels.release(address);
    },
  };
}

/** A job of {@link Squares}; an item is a few rows of cells. */
export interface SquaresParams {
  readonly kind: "squares";
  /** Address of the products, rows×columns. */
  readonly cells: number;
  readonly rows: number;
  readonly columns: number;
  readonly itemRows: number;
  /** Addresses of the squared lengths. */
  readonly left: number;
  readonly right: number;
  readonly threshold: number;
  readonly roots: boolean;
}

/** The result of an item is the number of cells that it marked. */
export function createSquares(params: SquaresParams, kernels: Kernels): (item: number) => number {
  const { cells, rows, columns, itemRows, left, right, threshold, roots } = params;
  return (item) => {
    const first = item * itemRows;
    const count = Math.min(itemRows, rows - first);
    const at = cells + 8 * first * columns;
    return kernels.call.squaresOfProducts(at, count, columns, left + 8 * first, right, threshold, roots);
  };
}
