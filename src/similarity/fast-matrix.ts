import { now } from "../clock.js";
import type { CellRange } from "../kernels/clip.js";
import { takePages } from "../kernels/pages.js";
import { loadKernels } from "../kernels/wasm.js";
import type { Tile, TiledMatrix } from "../matrix.js";
import type { Phases } from "../phases.js";
import type { FastBackend } from "./backends/backend.js";
import type { FastForm } from "./fast-form.js";
import { tileRowsOf } from "./tiling.js";

/** A product begins at any multiple of so many columns. */
const COLUMNS_TOGETHER = 64;

/**
 * Matrix mode on the kernels: products of row tiles, and what the metric makes of them; a tile is consumed while the
 * next ones are multiplied. 2·n·m·d operations.
 *
 * @param workBytes what tiles and packed rows may take.
 * @param upper whether only cells on and above the diagonal are wanted: then half of them are never computed.
 */
export function fastMatrix(
  { left, right, clips, finisher }: FastForm,
  d: number,
  backend: FastBackend,
  phases: Phases,
  workBytes: number,
  upper: boolean,
): TiledMatrix {
  const [rows, columns] = [left.length / d, right.length / d];
  const tileRows = tileRowsOf(rows, columns, d, workBytes);

  async function* tiles(): AsyncGenerator<Tile> {
    const kernels = loadKernels();
    const product = backend.product(right, d, { clips, workBytes });
    const { finish, close } = finisher();
    const cells = [0, tileRows].filter((first) => first < rows).map(() => kernels.allocate(8 * tileRows * columns));
    const begin = (index: number) => {
      const firstRow = index * tileRows;
      const count = Math.min(tileRows, rows - firstRow);
      const address = cells[index % cells.length];
      const firstColumn = upper ? firstRow - (firstRow % COLUMNS_TOGETHER) : 0;
      const done = product.start(left.subarray(firstRow * d, (firstRow + count) * d), address, firstColumn);
      return { firstRow, rows: count, address, done };
    };
    // Both rooms are being filled, in turn: a tile is begun as soon as its room has been consumed.
    const coming = cells.map((_, index) => begin(index));
    for (const address of cells) takePages(kernels.bytes(address, 8 * tileRows * columns));
    let busySince = now();
    try {
      for (let next = cells.length; ; next++) {
        const tile = coming.shift();
        if (!tile) return;
        const range = rangeOf(await tile.done());
        await finish(tile.address, tile.firstRow, tile.rows);
        phases.add("multiply", busySince);
        busySince = now();
        const values = kernels.doubles(tile.address, tile.rows * columns);
        yield { firstRow: tile.firstRow, rows: tile.rows, columns, values, ...(range && !upper && { range }) };
        if (next * tileRows < rows) coming.push(begin(next));
      }
    } finally {
      for (const tile of coming) await tile.done().catch(() => {});
      product.close();
      close();
      for (const address of cells) kernels.release(address);
    }
  }
  return { rows, columns, tiles };
}

/** What the cells of all blocks are between; null where that of some is not known. */
function rangeOf(blocks: readonly (CellRange | null)[]): CellRange | null {
  let [min, max, sum] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
  for (const block of blocks) {
    if (!block) return null;
    min = Math.min(min, block.min);
    max = Math.max(max, block.max);
    sum += block.sum;
  }
  return { min, max, sum };
}
