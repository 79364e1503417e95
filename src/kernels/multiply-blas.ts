import { blasOfThread } from "./blas.js";
import { type CellRange, CLIP_ROOM_BYTES, clipBlock } from "./clip.js";
import type { Numbers } from "./numbers.js";
import type { Task } from "./pool.js";
import type { Kernels } from "./wasm.js";

/** Maximum size of a block. Libraries are 5 % slower with half of both. */
const MOST_ROWS = 448;
const MOST_COLUMNS = 2048;
/** Minimum number of blocks of a product, unless they would be small: then no thread waits long for the last block of another. */
const LEAST_BLOCKS = 4;
const FEW_COLUMNS = 512;
/** Maximum number of cells in a block. */
const MOST_CELLS = 1 << 20;
/** BLAS kernels process rows and columns in multiples or fractions of this number. */
const TOGETHER = 16;

/** Multiplying rows by those of B through a library of the system, an item a block of both. */
export interface BlasParams {
  readonly kind: "multiply-blas";
  /** The library's path, which every thread opens for itself. */
  readonly library: string;
  /** Rows of A, n×d, and of B, m×d. */
  readonly a: Numbers;
  readonly b: Numbers;
  readonly d: number;
  /** Whether the cells are cosines of unit rows, which are clipped. */
  readonly clips: boolean;
  /** The address of the first cell; rows are `stride` doubles apart. */
  readonly cells: number;
  readonly stride: number;
  /** Whether the area is one contiguous block: libraries set such cells to zero five times as fast. */
  readonly apart: boolean;
  readonly workspaces: readonly BlasWorkspace[];
}

/** Addresses of the memory that a thread works in. */
export interface BlasWorkspace {
  readonly list: number;
  /** Two blocks of cells in float32, which are doubles in the end; none where the rows are doubles. */
  readonly floats: readonly number[];
}

export function allocateBlasWorkspace(kernels: Kernels, bytes: number): BlasWorkspace {
  const floats = bytes === 4 ? [0, 1].map(() => kernels.allocate(4 * MOST_CELLS)) : [];
  return { list: kernels.allocate(CLIP_ROOM_BYTES), floats };
}

export function releaseBlasWorkspace(kernels: Kernels, { list, floats }: BlasWorkspace): void {
  for (const address of [list, ...floats]) kernels.release(address);
}

/** How many rows and columns a block has; it follows from the sizes alone, so that a cell has the same bits on any number of threads. */
function blockOf(rows: number, columns: number, apart: boolean): { rows: number; columns: number } {
  if (apart) return { rows, columns };
  const height = part(rows, MOST_ROWS);
  let width = part(columns, MOST_COLUMNS);
  while (Math.ceil(rows / height) * Math.ceil(columns / width) < LEAST_BLOCKS && width > FEW_COLUMNS) {
    width = part(columns, width / 2);
  }
  return { rows: height, columns: width };
}

/** Returns the size of equal parts, none above `maximum`. */
const part = (count: number, maximum: number) => Math.ceil(count / Math.ceil(count / maximum) / TOGETHER) * TOGETHER;

export function blasItems(rows: number, columns: number, apart: boolean): number {
  const block = blockOf(rows, columns, apart);
  return Math.ceil(rows / block.rows) * Math.ceil(columns / block.columns);
}

/** Blocks that this thread has begun. */
let begun = 0;

/** The main thread's items are multiplied elsewhere. */
export function createBlasMultiply(params: BlasParams, kernels: Kernels, thread: number): Task<CellRange | null> {
  const { library, a, b, d, clips, cells, stride, apart } = params;
  const { list, floats } = params.workspaces[thread];
  const blas = blasOfThread(library);
  const { rows: blockRows, columns: blockColumns } = blockOf(a.length / d, b.length / d, apart);
  const blocksInRow = Math.ceil(b.length / d / blockColumns);
  return (item) => {
    const i = Math.floor(item / blocksInRow) * blockRows;
    const j = (item % blocksInRow) * blockColumns;
    const rowsOfA = a.subarray(i * d, Math.min(a.length, (i + blockRows) * d));
    const rowsOfB = b.subarray(j * d, Math.min(b.length, (j + blockColumns) * d));
    const rows = rowsOfA.length / d;
    const columns = rowsOfB.length / d;
    const block = { cells: cells + 8 * (i * stride + j), stride, rows, columns, bytes: 8 };
    const isDouble = a instanceof Float64Array;
    // Two buffers in turn: the next block may be multiplied while this one is finished.
    const workspace = floats[begun++ % floats.length];
    const out = isDouble
      ? kernels.doubles(block.cells, (rows - 1) * stride + columns)
      : kernels.floats(workspace, rows * columns);
    const finish = () => {
      if (!isDouble) kernels.call.widenRows(workspace, rows, columns, block.cells, stride);
      return clips ? clipBlock(kernels, block, rowsOfA, rowsOfB, d, list) : null;
    };
    const outStride = isDouble ? stride : columns;
    if (thread === 0) return blas.multiplyElsewhere(rowsOfA, rowsOfB, d, out, outStride).then(() => finish);
    blas.multiply(rowsOfA, rowsOfB, d, out, outStride);
    return finish();
  };
}
