import type { Blas } from "../../kernels/blas.js";
import { allocateBlasRoom, type BlasParams, blasItems, releaseBlasRoom } from "../../kernels/multiply-blas.js";
import type { Pool } from "../../kernels/pool.js";
import { loadKernels } from "../../kernels/wasm.js";
import type { FastBackend, Product } from "./backend.js";

/** A library of the system, called by the threads of `pool`, a block at a time. */
export function createBlas(blas: Blas, pool: Pool): FastBackend {
  const kernels = loadKernels();
  return {
    name: "blas",
    kernels: blas.description,
    product(b, d, { clips }): Product {
      const rooms = Array.from({ length: pool.threads }, () => allocateBlasRoom(kernels, b.BYTES_PER_ELEMENT));
      const m = b.length / d;
      return {
        start(a, cells, firstColumn) {
          const params: BlasParams = {
            kind: "multiply-blas",
            library: blas.path,
            a,
            b: b.subarray(firstColumn * d),
            d,
            clips,
            cells: cells + 8 * firstColumn,
            stride: m,
            rooms,
          };
          const job = pool.start<void>(params, blasItems(a.length / d, m - firstColumn));
          return async () => {
            await job.finish();
          };
        },
        close() {
          for (const room of rooms) releaseBlasRoom(kernels, room);
        },
      };
    },
  };
}
