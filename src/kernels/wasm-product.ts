import type { CellRange } from "./clip.js";
import {
  allocateProductWorkspace,
  blockColumns,
  type MultiplyParams,
  multiplyItems,
  type NumberBytes,
  type PackParams,
  panelBytes,
  releaseProductWorkspace,
  type Step,
} from "./multiply.js";
import type { Numbers } from "./numbers.js";
import type { Pool } from "./pool.js";
import type { RowProduct, RowProductOptions } from "./row-product.js";
import { loadKernels } from "./wasm.js";

/** Speed of one thread. */
const PRODUCTS_PER_MS = 1e7;
/** Bytes of the right-hand side that are kept in panels; a larger one is packed in parts. */
const PANELS_BYTES = 1 << 28;

/**
 * Products with the rows of `b`, by the WebAssembly kernels on the threads of `pool`.
 *
 * @param step what is gathered over the components of two rows; anything but products needs float64.
 */
export function wasmProduct(
  pool: Pool,
  b: Numbers,
  d: number,
  { clips, workBytes, rows: allRows }: RowProductOptions,
  step: Step = "multiply",
): RowProduct {
  const kernels = loadKernels();
  const m = b.length / d;
  const bytes = b.BYTES_PER_ELEMENT as NumberBytes;
  const block = blockColumns(d, bytes);
  const columnsAtOnce = Math.max(
    block,
    Math.floor(Math.min(PANELS_BYTES, workBytes / 3) / (d * bytes) / block) * block,
  );
  const panels = kernels.allocate(panelBytes(Math.min(m, columnsAtOnce), d, bytes));
  const workspaces = Array.from({ length: pool.threads }, () => allocateProductWorkspace(kernels, allRows, d, bytes));
  let packed = -1;
  const milliseconds = (allRows * b.length) / PRODUCTS_PER_MS;
  const start = <R>(params: PackParams | MultiplyParams, items: number) =>
    pool.start<R>(params, items, items > 1 && pool.isWorth(milliseconds));

  /** Packs the rows of `b` from row `first` on, unless they are packed already. */
  async function pack(first: number): Promise<void> {
    if (packed === first) return;
    const rows = b.subarray(first * d, Math.min(m, first + columnsAtOnce) * d);
    const params: PackParams = { kind: "pack", rows, d, panels, workspaces };
    await start(params, Math.ceil(rows.length / d / block)).finish();
    packed = first;
  }

  return {
    start(a, { values, stride, firstColumn, columns }) {
      const n = a.length / d;
      const end = firstColumn + columns;
      /** Multiplies the columns that are packed when the panels begin at row `first`. */
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
          cells: values.byteOffset + 8 * (from - firstColumn),
          stride,
          workspaces,
        };
        return start<CellRange | null>(params, multiplyItems(n, others.length / d, d, bytes));
      };
      // The workers can begin before the caller waits only where all panels are packed.
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
      for (const workspace of workspaces) releaseProductWorkspace(kernels, workspace);
    },
  };
}
