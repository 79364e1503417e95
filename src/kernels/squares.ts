import type { Kernels } from "./wasm.js";

/** Turning products into squared distances, or their roots, an item some rows of cells. */
export interface SquaresParams {
  readonly kind: "squares";
  /** Where the products are, rows×columns. */
  readonly cells: number;
  readonly rows: number;
  readonly columns: number;
  readonly itemRows: number;
  /** The squared lengths of the rows and of the columns. */
  readonly left: number;
  readonly right: number;
  /** A cell that is at most so many times the sum of both squared lengths is marked. */
  readonly threshold: number;
  readonly roots: boolean;
}

/** Each item gives the number of cells that it has marked. */
export function createSquares(params: SquaresParams, kernels: Kernels): (item: number) => number {
  const { cells, rows, columns, itemRows, left, right, threshold, roots } = params;
  return (item) => {
    const first = item * itemRows;
    const count = Math.min(itemRows, rows - first);
    const at = cells + 8 * first * columns;
    return kernels.call.squaresOfProducts(at, count, columns, left + 8 * first, right, threshold, roots);
  };
}
