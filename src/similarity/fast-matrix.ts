import { loadKernels } from "../kernels/wasm.js";
import type { Tile, TiledMatrix } from "../matrix.js";
import type { FastBackend } from "./backends/backend.js";
import type { FastForm } from "./fast-form.js";
import { tileRowsOf } from "./tiling.js";

/**
 * Matrix mode on the kernels: products of row tiles, and what the metric makes of them; a tile is consumed while the
 * next is multiplied. 2·n·m·d operations.
 */
export function fastMatrix({ left, right, finisher }: FastForm, d: number, backend: FastBackend): TiledMatrix {
  const [rows, columns] = [left.length / d, right.length / d];
  const tileRows = tileRowsOf(rows, columns, d);

  async function* tiles(): AsyncGenerator<Tile> {
    const kernels = loadKernels();
    const product = backend.product(right, d);
    const { finish, close } = finisher();
    const cells = [0, tileRows].filter((first) => first < rows).map(() => kernels.allocate(8 * tileRows * columns));
    const begin = (index: number) => {
      const firstRow = index * tileRows;
      const count = Math.min(tileRows, rows - firstRow);
      const address = cells[index % cells.length];
      const done = product.start(left.subarray(firstRow * d, (firstRow + count) * d), address);
      return { firstRow, rows: count, address, done };
    };
    let coming: ReturnType<typeof begin> | null = begin(0);
    try {
      for (let index = 1; coming; index++) {
        const { firstRow, rows: count, address, done } = coming;
        await done();
        coming = index * tileRows < rows ? begin(index) : null;
        await finish(address, firstRow, count);
        yield { firstRow, rows: count, columns, values: kernels.doubles(address, count * columns) };
      }
    } finally {
      await coming?.done().catch(() => {});
      product.close();
      close();
      for (const address of cells) kernels.release(address);
    }
  }
  return { rows, columns, tiles };
}
