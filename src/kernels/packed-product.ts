import { CORNER_BYTES, type NumberBytes, PANEL_OF_A, packRows, panelBytes, panelOfB, ROWS_COPIED } from "./multiply.js";
import type { Numbers } from "./numbers.js";
import type { BlockArea } from "./search-blocks.js";
import type { Kernels, Multiply } from "./wasm.js";

/** Addresses of the memory in which a thread packs the rows of an area. */
export interface PackingWorkspace {
  /** A few rows as they are. */
  readonly rows: number;
  /** The rows of both files in panels. */
  readonly a: number;
  readonly b: number;
  readonly corner: number;
}

/** The largest number of rows and of columns of an area, or of a part of it. */
export interface Sides {
  readonly rows: number;
  readonly columns: number;
}

export function allocatePacking(
  kernels: Kernels,
  { rows, columns }: Sides,
  d: number,
  bytes: NumberBytes,
): PackingWorkspace {
  return {
    rows: kernels.allocate(ROWS_COPIED * d * bytes),
    a: kernels.allocate((rows + PANEL_OF_A) * d * bytes),
    b: kernels.allocate(panelBytes(columns, d, bytes)),
    corner: kernels.allocate(CORNER_BYTES),
  };
}

export function releasePacking(kernels: Kernels, { rows, a, b, corner }: PackingWorkspace): void {
  for (const address of [rows, a, b, corner]) kernels.release(address);
}

/** Multiplies a piece of an area; its first cell goes to the address `cells`, and its rows are `stride` cells apart. */
type MultiplyPiece = (cells: number, stride: number) => void;

export interface PackedProductOptions {
  readonly left: Numbers;
  readonly right: Numbers;
  readonly d: number;
  readonly kernel: Multiply;
  /** Pieces whose panels fit in the second-level cache: rows in whole panels, columns in whole panels. */
  readonly piece: Sides;
}

/**
 * Returns a function that packs the rows of an area, and calls `each` for its pieces, column of pieces by column of pieces.
 * Areas one after another with the same rows of A are packed once.
 */
export function packedProduct(
  kernels: Kernels,
  { left, right, d, kernel, piece }: PackedProductOptions,
  workspace: PackingWorkspace,
): (area: BlockArea, each: (piece: BlockArea, multiply: MultiplyPiece) => void) => void {
  const bytes = left.BYTES_PER_ELEMENT as NumberBytes;
  const pack = (values: Numbers, first: number, count: number, width: number, to: number) =>
    packRows(kernels, values.subarray(first * d, (first + count) * d), d, width, to, workspace.rows);
  let packed: { firstRow: number; rows: number } | null = null;
  return ({ firstRow, rows, firstColumn, columns }, each) => {
    if (packed?.firstRow !== firstRow || packed.rows !== rows) pack(left, firstRow, rows, PANEL_OF_A, workspace.a);
    packed = { firstRow, rows };
    pack(right, firstColumn, columns, panelOfB(bytes), workspace.b);
    for (let j = 0; j < columns; j += piece.columns) {
      const width = Math.min(piece.columns, columns - j);
      for (let i = 0; i < rows; i += piece.rows) {
        const height = Math.min(piece.rows, rows - i);
        const [a, b] = [workspace.a + bytes * d * i, workspace.b + bytes * d * j];
        each({ firstRow: firstRow + i, rows: height, firstColumn: firstColumn + j, columns: width }, (cells, stride) =>
          kernel(a, height, b, width, d, cells, stride, workspace.corner),
        );
      }
    }
  };
}
