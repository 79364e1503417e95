import { type CellRange, CLIP_ROOM_BYTES, clipBlock } from "./clip.js";
import type { Numbers } from "./numbers.js";
import type { Kernels } from "./wasm.js";

/** float64 or float32, as the size of a number in bytes. */
export type NumberBytes = 8 | 4;

/** Rows side by side in a panel of A. */
export const PANEL_OF_A = 5;
/** Maximum number of rows of A that an item multiplies. */
export const BLOCK_OF_A = 180;
/** Size of a block of B over the part of d that the kernels multiply at once; it shares the second-level cache with a block of A. */
const BLOCK_BYTES = 256 * 1024;
/** Components over which the kernels sum floats before they add them to doubles. */
export const PART_OF_D = 512;
/** Memory that a product needs for cells at an edge. */
export const CORNER_BYTES = 64 * PANEL_OF_A;
/** Rows that are copied at a time to be packed: whole panels of every kind. */
export const ROWS_COPIED = 40;

/** Rows side by side in a panel of B: as many as two registers hold. */
export const panelOfB = (bytes: NumberBytes) => 32 / bytes;

/** Rows of B in a block. */
export function blockColumns(d: number, bytes: NumberBytes): number {
  return Math.floor(BLOCK_BYTES / (Math.min(d, PART_OF_D) * 32)) * panelOfB(bytes);
}

/** Rows of A in a block, when `rows` are multiplied: equal blocks of whole panels. */
function blockRows(rows: number): number {
  const blocks = Math.ceil(rows / BLOCK_OF_A);
  return Math.ceil(rows / blocks / PANEL_OF_A) * PANEL_OF_A;
}

/** Packing rows of B, an item a block. */
export interface PackParams {
  readonly kind: "pack";
  /** Unit rows, m×d. */
  readonly rows: Numbers;
  readonly d: number;
  /** Where the panels go. */
  readonly panels: number;
  readonly workspaces: readonly ProductWorkspace[];
}

/** Addresses of the memory that a thread works in. */
export interface ProductWorkspace {
  /** A few rows as they are, of A or of B. */
  readonly rows: number;
  /** A block of A in panels. */
  readonly panels: number;
  readonly corner: number;
  /** Positions of cells that are near 1. */
  readonly list: number;
}

/** @param rows the largest number of rows of A that are multiplied at once. */
export function allocateProductWorkspace(
  kernels: Kernels,
  rows: number,
  d: number,
  bytes: NumberBytes,
): ProductWorkspace {
  return {
    rows: kernels.allocate(ROWS_COPIED * d * bytes),
    panels: kernels.allocate(Math.min(BLOCK_OF_A, rows + PANEL_OF_A) * d * bytes),
    corner: kernels.allocate(CORNER_BYTES),
    list: kernels.allocate(CLIP_ROOM_BYTES),
  };
}

export function releaseProductWorkspace(kernels: Kernels, { rows, panels, corner, list }: ProductWorkspace): void {
  for (const address of [rows, panels, corner, list]) kernels.release(address);
}

/** Bytes of `rows` rows of B in panels. */
export function panelBytes(rows: number, d: number, bytes: NumberBytes): number {
  const width = panelOfB(bytes);
  return Math.ceil(rows / width) * width * d * bytes;
}

const bytesOf = (rows: Numbers) => rows.BYTES_PER_ELEMENT as NumberBytes;

/**
 * Packs rows that are outside of the kernels' memory into panels of `width` rows.
 *
 * @param workspace memory for `ROWS_COPIED` rows.
 */
export function packRows(
  kernels: Kernels,
  rows: Numbers,
  d: number,
  width: number,
  panels: number,
  workspace: number,
): void {
  const bytes = bytesOf(rows);
  const pack = bytes === 8 ? kernels.call.pack64 : kernels.call.pack32;
  for (let first = 0; first < rows.length; first += ROWS_COPIED * d) {
    const some = rows.subarray(first, first + ROWS_COPIED * d);
    const copy = bytes === 8 ? kernels.doubles(workspace, some.length) : kernels.floats(workspace, some.length);
    copy.set(some);
    pack(workspace, some.length / d, d, width, panels + first * bytes);
  }
}

export function createPack(params: PackParams, kernels: Kernels, thread: number): (item: number) => void {
  const { rows, d, panels } = params;
  const workspace = params.workspaces[thread];
  const bytes = bytesOf(rows);
  const block = blockColumns(d, bytes) * d;
  return (item) => {
    const first = item * block;
    const some = rows.subarray(first, first + block);
    packRows(kernels, some, d, panelOfB(bytes), panels + first * bytes, workspace.rows);
  };
}

/**
 * What is accumulated over the components of two rows: products, the sum or the maximum of `|x − y|`; the sum of
 * `(x − y)²`, or its root, only where a cell is marked. Only products are gathered from float32.
 */
export type Step = "multiply" | "manhattan" | "chebyshev" | "squares" | "roots";

/** Multiplying rows of A by packed rows of B, an item a block of both. */
export interface MultiplyParams {
  readonly kind: "multiply";
  readonly step: Step;
  /** Unit rows of A, rows×d. */
  readonly rows: Numbers;
  readonly d: number;
  /** Unit rows of B, columns×d, and the same in panels. */
  readonly others: Numbers;
  readonly panels: number;
  /** Whether the cells are cosines of unit rows, which are clipped. */
  readonly clips: boolean;
  /** The address of the first cell; rows are `stride` doubles apart. */
  readonly cells: number;
  readonly stride: number;
  readonly workspaces: readonly ProductWorkspace[];
}

/** How many items a product has. */
export function multiplyItems(rows: number, columns: number, d: number, bytes: NumberBytes): number {
  return Math.ceil(rows / blockRows(rows)) * Math.ceil(columns / blockColumns(d, bytes));
}

export function createMultiply(
  params: MultiplyParams,
  kernels: Kernels,
  thread: number,
): (item: number) => CellRange | null {
  const { step, rows, others, clips, d, panels, cells, stride } = params;
  const workspace = params.workspaces[thread];
  const bytes = bytesOf(rows);
  const n = rows.length / d;
  const columns = others.length / d;
  const mostRows = blockRows(n);
  const width = blockColumns(d, bytes);
  const blocksOfB = Math.ceil(columns / width);
  const multiply = bytes === 8 ? kernels.call[`${step}64` as const] : kernels.call.multiply32;
  let packed = -1;
  return (item) => {
    const i = Math.floor(item / blocksOfB) * mostRows;
    const height = Math.min(mostRows, n - i);
    const rowsOfA = rows.subarray(i * d, (i + height) * d);
    if (packed !== i) {
      packRows(kernels, rowsOfA, d, PANEL_OF_A, workspace.panels, workspace.rows);
      packed = i;
    }
    const j = (item % blocksOfB) * width;
    const rowsOfB = others.subarray(j * d, (j + width) * d);
    const block = { cells: cells + 8 * (i * stride + j), stride, rows: height, columns: rowsOfB.length / d, bytes: 8 };
    multiply(workspace.panels, height, panels + j * d * bytes, block.columns, d, block.cells, stride, workspace.corner);
    return clips ? clipBlock(kernels, block, rowsOfA, rowsOfB, d, workspace.list) : null;
  };
}
