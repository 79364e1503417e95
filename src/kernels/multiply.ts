import { type CellRange, CLIP_ROOM_BYTES, clipBlock } from "./clip.js";
import type { Numbers } from "./numbers.js";
import type { Kernels } from "./wasm.js";

/** float64 or float32, as the size of a number in bytes. */
export type NumberBytes = 8 | 4;

/** Rows side by side in a panel of A. */
const PANEL_OF_A = 4;
/** Rows of A that an item multiplies: its panels stay in the second cache while those of B go by. */
const BLOCK_OF_A = 64;
/** Part of the second-level cache for a block of B. */
const BLOCK_BYTES = 256 * 1024;
const CORNER_BYTES = 8 * 32;

/** Rows side by side in a panel of B: as many as two registers hold. */
const panelOfB = (bytes: NumberBytes) => 32 / bytes;

/** Rows of B in a block, which depends on nothing but d, so that every cell is always summed alike. */
export function blockColumns(d: number, bytes: NumberBytes): number {
  const panels = Math.max(1, Math.floor(BLOCK_BYTES / (d * 32)));
  return panels * panelOfB(bytes);
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
  /** Rows as they are, of A or of B. */
  readonly rows: number;
  /** A block of A in panels. */
  readonly panels: number;
  readonly corner: number;
  /** Positions of cells that are near 1. */
  readonly list: number;
}

export function allocateProductWorkspace(kernels: Kernels, d: number, bytes: NumberBytes): ProductWorkspace {
  const columns = blockColumns(d, bytes);
  return {
    rows: kernels.allocate(Math.max(columns, BLOCK_OF_A) * d * bytes),
    panels: kernels.allocate(BLOCK_OF_A * d * bytes),
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

/** Copies rows into the kernels' memory. */
function load(kernels: Kernels, rows: Numbers, address: number): void {
  const workspace =
    rows instanceof Float64Array ? kernels.doubles(address, rows.length) : kernels.floats(address, rows.length);
  workspace.set(rows);
}

export function createPack(params: PackParams, kernels: Kernels, thread: number): (item: number) => void {
  const { rows, d, panels } = params;
  const workspace = params.workspaces[thread];
  const bytes = bytesOf(rows);
  const block = blockColumns(d, bytes);
  const pack = bytes === 8 ? kernels.call.pack64 : kernels.call.pack32;
  return (item) => {
    const first = item * block;
    const count = Math.min(block, rows.length / d - first);
    load(kernels, rows.subarray(first * d, (first + count) * d), workspace.rows);
    pack(workspace.rows, count, d, panelOfB(bytes), panels + first * d * bytes);
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
  return Math.ceil(rows / BLOCK_OF_A) * Math.ceil(columns / blockColumns(d, bytes));
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
  const width = blockColumns(d, bytes);
  const blocksOfB = Math.ceil(columns / width);
  const { pack64, pack32, multiply32, [`${step}64` as const]: multiply64 } = kernels.call;
  const [pack, multiply] = bytes === 8 ? [pack64, multiply64] : [pack32, multiply32];
  let packed = -1;
  return (item) => {
    const i = Math.floor(item / blocksOfB) * BLOCK_OF_A;
    const height = Math.min(BLOCK_OF_A, n - i);
    const rowsOfA = rows.subarray(i * d, (i + height) * d);
    if (packed !== i) {
      load(kernels, rowsOfA, workspace.rows);
      pack(workspace.rows, height, d, PANEL_OF_A, workspace.panels);
      packed = i;
    }
    const j = (item % blocksOfB) * width;
    const rowsOfB = others.subarray(j * d, (j + width) * d);
    const block = { cells: cells + 8 * (i * stride + j), stride, rows: height, columns: rowsOfB.length / d };
    multiply(workspace.panels, height, panels + j * d * bytes, block.columns, d, block.cells, stride, workspace.corner);
    return clips ? clipBlock(kernels, block, rowsOfA, rowsOfB, d, workspace.list) : null;
  };
}
