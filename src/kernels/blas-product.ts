import type { CellRange } from "./clip.js";
import { allocateBlasWorkspace, type BlasParams, blasItems, releaseBlasWorkspace } from "./multiply-blas.js";
import type { Numbers } from "./numbers.js";
import type { Pool } from "./pool.js";
import type { RowProduct, RowProductOptions } from "./row-product.js";
import { loadKernels } from "./wasm.js";

/** Speed of one thread. */
const PRODUCTS_PER_MS = 2e7;

/**
 * Products with the rows of `b`, by a BLAS that the threads of `pool` call block by block.
 *
 * @param library path of the BLAS.
 */
export function blasProduct(
  pool: Pool,
  b: Numbers,
  d: number,
  { clips, rows }: RowProductOptions,
  library: string,
): RowProduct {
  const kernels = loadKernels();
  const milliseconds = (rows * b.length) / PRODUCTS_PER_MS;
  const workspaces = Array.from({ length: pool.threads }, () => allocateBlasWorkspace(kernels, b.BYTES_PER_ELEMENT));
  /** Resolves when the main thread has no more items to claim of the jobs before. */
  let turn: Promise<void> = Promise.resolve();
  return {
    start(a, { values, stride, firstColumn, columns, apart }) {
      const params: BlasParams = {
        kind: "multiply-blas",
        library,
        a,
        b: b.subarray(firstColumn * d, (firstColumn + columns) * d),
        d,
        clips,
        cells: values.byteOffset,
        stride,
        apart,
        workspaces,
      };
      const items = blasItems(a.length / d, columns, apart);
      const shared = (apart || items > 1) && pool.isWorth(milliseconds);
      const job = pool.start<CellRange | null>(params, items, shared);
      // The share of the main thread runs on a thread of koffi, so it starts now, after the share of the job before.
      const done = turn.then(() => job.finish());
      done.catch(() => {});
      turn = job.exhausted;
      return () => done;
    },
    close() {
      for (const workspace of workspaces) releaseBlasWorkspace(kernels, workspace);
    },
  };
}
