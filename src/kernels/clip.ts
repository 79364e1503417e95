import type { Numbers } from "./numbers.js";
import { equalRows, nearOne } from "./product.js";
import { type Kernels, loadedKernels } from "./wasm.js";

/** Some rows of cells in the memory of the kernels. */
export interface CellBlock {
  /** The address of the first cell; rows are `stride` cells apart. */
  readonly cells: number;
  readonly stride: number;
  readonly rows: number;
  readonly columns: number;
  /** Size of a cell: 8 for doubles, 4 for floats. */
  readonly bytes: number;
}

/** The range of some cells, and their sum, which is NaN if a cell is NaN. */
export interface CellRange {
  readonly min: number;
  readonly max: number;
  readonly sum: number;
}

/** The range and the sum of the cells that are not NaN, and the number of the others. */
export interface PresentRange extends CellRange {
  readonly missing: number;
}

/** Capacity of the list of cells near 1; with more of them, all cells are searched. */
const LISTED = 1 << 12;

export const CLIP_ROOM_BYTES = 4 * LISTED;

/**
 * Clips the cosines of unit rows to [−1, 1], and sets those of equal rows to exactly 1, while they are in a cache.
 *
 * @param a, b the unit rows, `rows`×d and `columns`×d.
 * @param workspace {@link CLIP_ROOM_BYTES} of memory.
 * @returns the range of the clipped cells.
 */
export function clipBlock(
  kernels: Kernels,
  block: CellBlock,
  a: Numbers,
  b: Numbers,
  d: number,
  workspace: number,
): CellRange {
  const { cells, stride, rows, columns } = block;
  const near = nearOne(d, a);
  const range = rangeOf(kernels, block, workspace);
  // Few cells are that near; a NaN among them hides none.
  if (range.max <= near && range.min >= -near && !Number.isNaN(range.sum)) return range;
  const clip = block.bytes === 8 ? kernels.call.clipCells : kernels.call.clipFloats;
  const found = clip(cells, rows, columns, stride, near, workspace, LISTED);
  if (found > 0) settleEqualRows(kernels, block, a, b, d, workspace, found);
  return rangeOf(kernels, block, workspace);
}

/** Returns the range of the cells of a block. */
export function rangeOf(
  kernels: Kernels,
  { cells, stride, rows, columns, bytes }: CellBlock,
  workspace: number,
): CellRange {
  const range = bytes === 8 ? kernels.call.rangeOfCells : kernels.call.rangeOfFloats;
  range(cells, rows, columns, stride, workspace);
  const [min, max, sum] = kernels.doubles(workspace, 3);
  return { min, max, sum };
}

/** Makes the cells of equal rows, which are among the `found` that are near 1, exactly 1. */
function settleEqualRows(
  kernels: Kernels,
  { cells, stride, rows, columns, bytes }: CellBlock,
  a: Numbers,
  b: Numbers,
  d: number,
  list: number,
  found: number,
): void {
  const near = nearOne(d, a);
  const count = (rows - 1) * stride + columns;
  const values = bytes === 8 ? kernels.doubles(cells, count) : kernels.floats(cells, count);
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

/** Returns the range of cells in the memory of the kernels; null for other cells. */
export function rangeByKernel(values: Float64Array): CellRange | null {
  const kernels = loadedKernels();
  const cells = kernels?.addressOf(values) ?? null;
  if (!kernels || cells === null) return null;
  return rangeOf(kernels, { cells, stride: values.length, rows: 1, columns: values.length, bytes: 8 }, kernels.scratch);
}

/** Searches cells one by one for the range of those that are not NaN. */
export function presentRange(values: Numbers): PresentRange {
  let [min, max, sum, missing] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0];
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (Number.isNaN(value)) {
      missing++;
      continue;
    }
    sum += value;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return { min, max, sum, missing };
}
