import type { Blas } from "../../kernels/blas.js";
import type { CellRange } from "../../kernels/clip.js";
import { allocateBlasRoom, type BlasParams, blasItems, releaseBlasRoom } from "../../kernels/multiply-blas.js";
import type { Pool } from "../../kernels/pool.js";
import { loadKernels } from "../../kernels/wasm.js";
import type { FastBackend, Product } from "./backend.js";

/** What one thread multiplies. */
const PRODUCTS_PER_MS = 2e7;

/** When the main thread has no more to do for the jobs that are under way. */
let turn: Promise<void> = Promise.resolve();

/** A library of the system, called by the threads of `pool`, a block at a time. */
export function createBlas(blas: Blas, pool: Pool): FastBackend {
  const kernels = loadKernels();
  return {
    name: "blas",
    kernels: blas.description,
    product(b, d, { clips, rows }): Product {
      const milliseconds = (rows * b.length) / PRODUCTS_PER_MS;
      const rooms = Array.from({ length: pool.threads }, () => allocateBlasRoom(kernels, b.BYTES_PER_ELEMENT));
      return {
        start(a, { cells, stride, firstColumn, columns, apart }) {
          const params: BlasParams = {
            kind: "multiply-blas",
            library: blas.path,
            a,
            b: b.subarray(firstColumn * d, (firstColumn + columns) * d),
            d,
            clips,
            cells,
            stride,
            apart,
            rooms,
          };
          const items = blasItems(a.length / d, columns, apart);
          const shared = (apart || items > 1) && pool.isWorth(milliseconds);
          const job = pool.start<CellRange | null>(params, items, shared);
          // The main thread's share runs elsewhere, and need not wait until it is asked for, but for the job before it.
          const done = turn.then(() => job.finish());
          done.catch(() => {});
          turn = job.exhausted;
          return () => done;
        },
        close() {
          for (const room of rooms) releaseBlasRoom(kernels, room);
        },
      };
    },
  };
}
