import type { Pool } from "../kernels/pool.js";
import { loadKernels } from "../kernels/wasm.js";
import type { Tile } from "../matrix.js";
import type { Phases } from "../phases.js";
import type { ScoredMatrix } from "../scores.js";
import type { VectorSet } from "../vectors.js";
import type { FastBackend } from "./backends/backend.js";
import { exactCosine } from "./exact-cosine.js";
import type { ZeroVectors } from "./scale.js";
import { tileRowsOf } from "./tiling.js";
import { unitRows } from "./unit-rows.js";

/**
 * Matrix mode on the kernels: rows scaled to length 1, then products of row tiles; a tile is consumed while the next
 * is multiplied. 2·n·m·d operations.
 *
 * @param inPlace whether the sets give their memory for the unit rows, and hold no vectors afterwards.
 * @throws {DataError} for a zero vector, when `zeroVectors` is `error`.
 */
export async function fastMatrix(
  a: VectorSet,
  b: VectorSet,
  zeroVectors: ZeroVectors,
  backend: FastBackend,
  pool: Pool,
  inPlace: boolean,
  phases: Phases,
  workBytes: number = Number.POSITIVE_INFINITY,
): Promise<ScoredMatrix> {
  const d = a.dimensions;
  const [rows, columns] = [a.rows, b.rows];
  const began = performance.now();
  const unitsOfA = await unitRows(a, zeroVectors, pool, inPlace);
  const unitsOfB = a === b ? unitsOfA : await unitRows(b, zeroVectors, pool, inPlace);
  phases.add("scale", began);
  const tileRows = tileRowsOf(rows, columns, d, workBytes);

  async function* tiles(): AsyncGenerator<Tile> {
    const kernels = loadKernels();
    const product = backend.product(unitsOfB, d, workBytes);
    const cells = [0, tileRows].filter((first) => first < rows).map(() => kernels.allocate(8 * tileRows * columns));
    const begin = (index: number) => {
      const firstRow = index * tileRows;
      const count = Math.min(tileRows, rows - firstRow);
      const address = cells[index % cells.length];
      const done = product.start(unitsOfA.subarray(firstRow * d, (firstRow + count) * d), address);
      return { firstRow, rows: count, address, done };
    };
    // Both rooms are being filled, in turn: a tile is begun as soon as its room has been consumed.
    const coming = cells.map((_, index) => begin(index));
    let busySince = performance.now();
    try {
      for (let next = cells.length; ; next++) {
        const tile = coming.shift();
        if (!tile) return;
        await tile.done();
        phases.add("multiply", busySince);
        busySince = performance.now();
        const values = kernels.doubles(tile.address, tile.rows * columns);
        yield { firstRow: tile.firstRow, rows: tile.rows, columns, values };
        if (next * tileRows < rows) coming.push(begin(next));
      }
    } finally {
      for (const tile of coming) await tile.done().catch(() => {});
      product.close();
      for (const address of cells) kernels.release(address);
    }
  }
  return { rows, columns, tiles, ...exactCosine(unitsOfA, unitsOfB, d) };
}
