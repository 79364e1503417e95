import type { CellRange } from "../../kernels/clip.js";
import {
  allocateProductRoom,
  blockColumns,
  type MultiplyParams,
  multiplyItems,
  type NumberBytes,
  type PackParams,
  panelBytes,
  releaseProductRoom,
  type Step,
} from "../../kernels/multiply.js";
import type { Pool } from "../../kernels/pool.js";
import { loadKernels } from "../../kernels/wasm.js";
import type { FastBackend, Product } from "./backend.js";

/** What one thread multiplies. */
const PRODUCTS_PER_MS = 1e7;
/** So much of the right-hand side is kept in panels; of a larger one, so much at a time. */
const PANELS_BYTES = 1 << 28;

/**
 * The kernels of simcli's own, on the threads of `pool`.
 *
 * @param step what is gathered in place of products; from float64 alone.
 */
export function createWasm(pool: Pool, step: Step = "multiply"): FastBackend {
  const kernels = loadKernels();
  return {
    name: "wasm",
    kernels: kernels.relaxed ? "relaxed SIMD" : "SIMD",
    product(b, d, { clips, workBytes, rows: allRows }): Product {
      const m = b.length / d;
      const bytes = b.BYTES_PER_ELEMENT as NumberBytes;
      const block = blockColumns(d, bytes);
      const columnsAtOnce = Math.max(
        block,
        Math.floor(Math.min(PANELS_BYTES, workBytes / 3) / (d * bytes) / block) * block,
      );
      const panels = kernels.allocate(panelBytes(Math.min(m, columnsAtOnce), d, bytes));
      const rooms = Array.from({ length: pool.threads }, () => allocateProductRoom(kernels, d, bytes));
      let packed = -1;
      const milliseconds = (allRows * b.length) / PRODUCTS_PER_MS;
      const start = <R>(params: PackParams | MultiplyParams, items: number) =>
        pool.start<R>(params, items, items > 1 && pool.isWorth(milliseconds));

      /** Brings the rows of B from `first` on into panels, unless they are there. */
      async function pack(first: number): Promise<void> {
        if (packed === first) return;
        const rows = b.subarray(first * d, Math.min(m, first + columnsAtOnce) * d);
        const params: PackParams = { kind: "pack", rows, d, panels, rooms };
        await start(params, Math.ceil(rows.length / d / block)).finish();
        packed = first;
      }

      return {
        start(a, { cells, stride, firstColumn, columns }) {
          const n = a.length / d;
          const end = firstColumn + columns;
          /** The cells of the columns that are in panels, from `first` on. */
          const multiply = (first: number) => {
            const from = Math.max(first, firstColumn);
            const others = b.subarray(from * d, Math.min(end, first + columnsAtOnce) * d);
            const params: MultiplyParams = {
              kind: "multiply",
              step,
              rows: a,
              d,
              others,
              clips,
              panels: panels + (from - first) * d * bytes,
              cells: cells + 8 * (from - firstColumn),
              stride,
              rooms,
            };
            return start<CellRange | null>(params, multiplyItems(n, others.length / d, d, bytes));
          };
          // Only where all panels are there can the workers begin before the caller waits.
          const early = packed === 0 && columnsAtOnce >= m ? multiply(0) : null;
          return async () => {
            if (early) return early.finish();
            const ranges: (CellRange | null)[] = [];
            for (let first = firstColumn - (firstColumn % columnsAtOnce); first < end; first += columnsAtOnce) {
              await pack(first);
              for (const range of await multiply(first).finish()) ranges.push(range);
            }
            return ranges;
          };
        },
        close() {
          kernels.release(panels);
          for (const room of rooms) releaseProductRoom(kernels, room);
        },
      };
    },
  };
}
