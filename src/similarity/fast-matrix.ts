import type { Pool } from "../kernels/pool.js";
import { type Kernels, loadKernels } from "../kernels/wasm.js";
import type { Tile, TiledMatrix } from "../matrix.js";
import type { Phases } from "../phases.js";
import type { Numbers, VectorSet } from "../vectors.js";
import type { FastBackend } from "./backends/backend.js";
import { equalRows, nearOne } from "./equal-rows.js";
import type { ZeroVectors } from "./scale.js";
import { tileRowsOf } from "./tiling.js";
import { unitRows } from "./unit-rows.js";

/** Cells near 1 that are kept in a list; more of them are looked for one by one. */
const LISTED = 1 << 16;

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
): Promise<TiledMatrix> {
  const d = a.dimensions;
  const [rows, columns] = [a.rows, b.rows];
  const began = performance.now();
  const unitsOfA = await unitRows(a, zeroVectors, pool, inPlace);
  const unitsOfB = a === b ? unitsOfA : await unitRows(b, zeroVectors, pool, inPlace);
  phases.add("scale", began);
  const tileRows = tileRowsOf(rows, columns, d, workBytes);
  const clip = clipper(unitsOfA, unitsOfB, d);

  async function* tiles(): AsyncGenerator<Tile> {
    const kernels = loadKernels();
    const product = backend.product(unitsOfB, d, workBytes);
    const cells = [0, tileRows].filter((first) => first < rows).map(() => kernels.allocate(8 * tileRows * columns));
    const list = kernels.allocate(4 * LISTED);
    const begin = (index: number) => {
      const firstRow = index * tileRows;
      const count = Math.min(tileRows, rows - firstRow);
      const address = cells[index % cells.length];
      const since = performance.now();
      const done = product.start(unitsOfA.subarray(firstRow * d, (firstRow + count) * d), address);
      return { firstRow, rows: count, address, done, since };
    };
    let coming: ReturnType<typeof begin> | null = begin(0);
    try {
      for (let index = 1; coming; index++) {
        const { firstRow, rows: count, address, done, since } = coming;
        await done();
        phases.add("multiply", since);
        coming = index * tileRows < rows ? begin(index) : null;
        const values = kernels.doubles(address, count * columns);
        clip(kernels, values, firstRow, columns, list);
        yield { firstRow, rows: count, columns, values };
      }
    } finally {
      await coming?.done().catch(() => {});
      product.close();
      for (const address of [...cells, list]) kernels.release(address);
    }
  }
  return { rows, columns, tiles };
}

/** Brings cells into [−1, 1], and those of equal rows to exactly 1. */
function clipper(a: Numbers, b: Numbers, d: number) {
  const near = nearOne(d, a);
  return (kernels: Kernels, cells: Float64Array, firstRow: number, columns: number, list: number): void => {
    const found = kernels.call.clipCells(cells.byteOffset, cells.length, near, list, LISTED);
    const settle = (cell: number) => {
      const i = firstRow + Math.floor(cell / columns);
      if (equalRows(a, i, b, cell % columns, d)) cells[cell] = 1;
    };
    if (found <= LISTED) kernels.integers(list, found).forEach(settle);
    else for (let cell = 0; cell < cells.length; cell++) if (cells[cell] > near) settle(cell);
  };
}
