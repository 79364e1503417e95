import { equalRows, nearOne } from "./equal-rows.js";
import type { Numbers } from "./numbers.js";
import type { Kernels } from "./wasm.js";

/** Some rows of cells in the memory of the kernels. */
export interface CellBlock {
  /** The address of the first cell; a row of cells is `stride` doubles behind the one before it. */
  readonly cells: number;
  readonly stride: number;
  readonly rows: number;
  readonly columns: number;
}

/** Cells near 1 that are kept in a list; where there are more of them, all are looked through. */
const LISTED = 1 << 12;

export const CLIP_ROOM_BYTES = 4 * LISTED;

/**
 * Brings the cosines of unit rows into [−1, 1], and those of equal rows to exactly 1, while they are in a cache.
 *
 * @param a, b the unit rows, `rows`×d and `columns`×d.
 * @param list {@link CLIP_ROOM_BYTES} of room.
 */
export function clipBlock(kernels: Kernels, block: CellBlock, a: Numbers, b: Numbers, d: number, list: number): void {
  const { cells, stride, rows, columns } = block;
  const near = nearOne(d, a);
  const found = kernels.call.clipCells(cells, rows, columns, stride, near, list, LISTED);
  if (found === 0) return;
  const values = kernels.doubles(cells, (rows - 1) * stride + columns);
  const settle = (i: number, j: number) => {
    if (equalRows(a, i, b, j, d)) values[i * stride + j] = 1;
  };
  if (found <= LISTED) {
    for (const position of kernels.integers(list, found)) settle(Math.floor(position / columns), position % columns);
    return;
  }
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) if (values[i * stride + j] > near) settle(i, j);
  }
}
