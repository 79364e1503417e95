import { type Blas, openBlas } from "./blas.js";
import { type CellRange, CLIP_ROOM_BYTES, clipBlock } from "./clip.js";
import type { Numbers } from "./numbers.js";
import type { Kernels } from "./wasm.js";

/** The shape of a block follows from nothing, so that a cell has the same bits on any number of threads. */
const BLOCK_ROWS = 448;
const BLOCK_COLUMNS = 2048;

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
  /** Where the first cell goes; a row of cells is `stride` doubles behind the one before it. */
  readonly cells: number;
  readonly stride: number;
  readonly rooms: readonly BlasRoom[];
}

/** Addresses of the memory that a thread works in. */
export interface BlasRoom {
  readonly list: number;
  /** A block of cells in float32, which are doubles in the end; 0 where the rows are doubles. */
  readonly floats: number;
}

export function allocateBlasRoom(kernels: Kernels, bytes: number): BlasRoom {
  const floats = bytes === 4 ? kernels.allocate(4 * BLOCK_ROWS * BLOCK_COLUMNS) : 0;
  return { list: kernels.allocate(CLIP_ROOM_BYTES), floats };
}

export function releaseBlasRoom(kernels: Kernels, { list, floats }: BlasRoom): void {
  kernels.release(list);
  if (floats > 0) kernels.release(floats);
}

export const blasItems = (rows: number, columns: number) =>
  Math.ceil(rows / BLOCK_ROWS) * Math.ceil(columns / BLOCK_COLUMNS);

let last: Promise<void> = Promise.resolve();

/** The main thread's calls, one after the other, whatever job they are of: elsewhere is one thread. */
function elsewhere(call: () => Promise<void>): Promise<void> {
  last = last.then(call, call);
  return last;
}

/** The libraries that this thread has opened. */
const opened = new Map<string, Blas>();

/** On the main thread an item is a promise: the library runs on a thread of its own meanwhile. */
export function createBlasMultiply(
  params: BlasParams,
  kernels: Kernels,
  lane: number,
): (item: number) => CellRange | null | Promise<CellRange | null> {
  const { library, a, b, d, clips, cells, stride } = params;
  const { list, floats } = params.rooms[lane];
  const blas = opened.get(library) ?? openBlas(library);
  opened.set(library, blas);
  const blocksInRow = Math.ceil(b.length / d / BLOCK_COLUMNS);
  return (item) => {
    const i = Math.floor(item / blocksInRow) * BLOCK_ROWS;
    const j = (item % blocksInRow) * BLOCK_COLUMNS;
    const rowsOfA = a.subarray(i * d, Math.min(a.length, (i + BLOCK_ROWS) * d));
    const rowsOfB = b.subarray(j * d, Math.min(b.length, (j + BLOCK_COLUMNS) * d));
    const rows = rowsOfA.length / d;
    const columns = rowsOfB.length / d;
    const block = { cells: cells + 8 * (i * stride + j), stride, rows, columns };
    const isDouble = a instanceof Float64Array;
    const out = isDouble
      ? kernels.doubles(block.cells, (rows - 1) * stride + columns)
      : kernels.floats(floats, rows * columns);
    const finish = () => {
      if (!isDouble) kernels.call.widenRows(floats, rows, columns, block.cells, stride);
      return clips ? clipBlock(kernels, block, rowsOfA, rowsOfB, d, list) : null;
    };
    const outStride = isDouble ? stride : columns;
    if (lane === 0) return elsewhere(() => blas.multiplyElsewhere(rowsOfA, rowsOfB, d, out, outStride)).then(finish);
    blas.multiply(rowsOfA, rowsOfB, d, out, outStride);
    return finish();
  };
}
