import { type CellRange, CLIP_ROOM_BYTES, clipBlock } from "../clip.js";
import type { Numbers } from "../numbers.js";
import type { RowProduct } from "../row-product.js";
import { loadKernels } from "../wasm.js";
import { Buffers } from "./buffers.js";
import { type Card, CardError, type ScoreBlock } from "./card.js";

/**
 * Products with the rows of `b`, which are copied to a card at the first call. Cells are computed in the precision of the
 * rows, and copied back.
 *
 * @param clips whether the rows have length 1, so that cells are clipped.
 */
export function cardProduct(card: Card, b: Numbers, d: number, clips: boolean): RowProduct {
  const kernels = loadKernels();
  const bytes = b.BYTES_PER_ELEMENT;
  const room = kernels.allocate(CLIP_ROOM_BYTES);
  const held = new Buffers(card);
  const multiply =
    b instanceof Float32Array
      ? (...rows: Parameters<Card["multiply"]>) => card.multiply(...rows)
      : card.multiplyDoubles;
  if (!multiply) throw new CardError(`${card.description} has no float64`);
  let right: ReturnType<Buffers["take"]> | null = null;

  async function product(a: Numbers, firstColumn: number, columns: number): Promise<Numbers> {
    right ??= held.holding(b);
    const rows = a.length / d;
    const buffers = new Buffers(card);
    try {
      const scores = buffers.take(bytes * rows * columns);
      const block: ScoreBlock = { scores, firstRow: 0, firstColumn, rows, columns, stride: columns };
      multiply?.({ buffer: buffers.holding(a), first: 0 }, { buffer: right, first: firstColumn }, d, block);
      const cells = await card.read(scores, 0, scores.bytes);
      return b instanceof Float32Array ? new Float32Array(cells) : new Float64Array(cells);
    } finally {
      buffers.release();
    }
  }

  return {
    start(a, { values, stride, firstColumn, columns }) {
      const started = product(a, firstColumn, columns);
      started.catch(() => {});
      return async (): Promise<readonly (CellRange | null)[]> => {
        const cells = await started;
        const rows = a.length / d;
        for (let i = 0; i < rows; i++) values.set(cells.subarray(i * columns, (i + 1) * columns), i * stride);
        if (!clips) return [null];
        const block = { cells: values.byteOffset, stride, rows, columns, bytes: 8 };
        return [clipBlock(kernels, block, a, b.subarray(firstColumn * d, (firstColumn + columns) * d), d, room)];
      };
    },
    close() {
      held.release();
      kernels.release(room);
    },
  };
}
