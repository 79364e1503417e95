import type { Blas } from "../../kernels/blas.js";
import { loadKernels } from "../../kernels/wasm.js";
import type { Numbers } from "../../vectors.js";
import type { FastBackend, Product } from "./backend.js";

/** The shape of a block follows from nothing, so that a cell has the same bits on any number of threads. */
const BLOCK_ROWS = 512;
const BLOCK_COLUMNS = 1024;

/** A library of the system: so many of its calls run at once, each on one thread. */
export function createBlas(blas: Blas, threads: number): FastBackend {
  const kernels = loadKernels();
  return {
    name: "blas",
    kernels: blas.description,
    product(b, d): Product {
      const m = b.length / d;
      let floats: number | null = null;
      let floatsFor = 0;

      /** Room for the cells in float32, which are doubles in the end. */
      function floatCells(count: number): number {
        if (floats !== null && floatsFor >= count) return floats;
        if (floats !== null) kernels.release(floats);
        floatsFor = count;
        floats = kernels.allocate(4 * count);
        return floats;
      }

      /** Multiplies all blocks, some at once. */
      async function multiply(a: Numbers, out: (first: number, count: number) => Numbers): Promise<void> {
        const n = a.length / d;
        const blocksInRow = Math.ceil(m / BLOCK_COLUMNS);
        const blocks = Math.ceil(n / BLOCK_ROWS) * blocksInRow;
        let next = 0;
        async function work(): Promise<void> {
          while (next < blocks) {
            const block = next++;
            const i = Math.floor(block / blocksInRow) * BLOCK_ROWS;
            const j = (block % blocksInRow) * BLOCK_COLUMNS;
            const rows = a.subarray(i * d, Math.min(n, i + BLOCK_ROWS) * d);
            const columns = b.subarray(j * d, Math.min(m, j + BLOCK_COLUMNS) * d);
            const last = (rows.length / d - 1) * m + columns.length / d;
            await blas.multiply(rows, columns, d, out(i * m + j, last), m);
          }
        }
        await Promise.all(Array.from({ length: Math.min(threads, blocks) }, work));
      }

      return {
        start(a, cells) {
          const n = a.length / d;
          if (a instanceof Float64Array) {
            const done = multiply(a, (first, count) => kernels.doubles(cells + 8 * first, count));
            done.catch(() => {});
            return () => done;
          }
          const room = floatCells(n * m);
          const done = multiply(a, (first, count) => kernels.floats(room + 4 * first, count));
          done.catch(() => {});
          return async () => {
            await done;
            kernels.call.widenRows(room, n, m, cells, m);
          };
        },
        close() {
          if (floats !== null) kernels.release(floats);
        },
      };
    },
  };
}
