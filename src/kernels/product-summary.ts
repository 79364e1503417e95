import { blasOfThread } from "./blas.js";
import { CLIP_ROOM_BYTES, clipBlock, type PresentRange, presentRange, rangeOf } from "./clip.js";
import { BLOCK_OF_A, blockColumns, type NumberBytes, PART_OF_D, type Step } from "./multiply.js";
import type { Numbers } from "./numbers.js";
import { allocatePacking, type PackingWorkspace, packedProduct, releasePacking } from "./packed-product.js";
import type { Pool, Task } from "./pool.js";
import type { BlockArea } from "./search-blocks.js";
import { type Kernels, loadKernels } from "./wasm.js";

/** Speed of one thread, by the kernels and by a BLAS. */
const PRODUCTS_PER_MS = { kernels: 1e7, blas: 2e7 };

/** Some indices: from the first to before the second. */
export type IndexRange = readonly [first: number, end: number];

/** The cells of a matrix that a consumer reads, besides the range of all cells. */
export interface CellsWanted {
  /** Cells of these rows that are in these columns. */
  readonly rows: readonly IndexRange[];
  readonly columns: readonly IndexRange[];
  /** Whether the cells of the diagonal are wanted. */
  readonly diagonal: boolean;
}

/** What is kept of an area of a product. */
export interface ProductSummary {
  readonly range: PresentRange;
  /** The wanted cells of rows and columns, in rectangles. */
  readonly corners: readonly Corner[];
  /** The cells of the diagonal that are in the area, if they are wanted. */
  readonly diagonal: Float64Array;
}

/** Some cells of a matrix, row by row. */
type Corner = BlockArea & { readonly values: Float64Array };

/** Rows of which the components are accumulated: n×d and m×d. */
export interface ProductRows {
  readonly step: Step;
  readonly left: Numbers;
  readonly right: Numbers;
  readonly d: number;
  /** Whether the rows have length 1, so that cells are clipped. */
  readonly clips: boolean;
}

/** Multiplying areas of a product in memory of the thread; an item is an area. */
export interface SummaryParams extends ProductRows {
  readonly kind: "summary";
  /** The path of a BLAS; null for the kernels. */
  readonly library: string | null;
  readonly wanted: CellsWanted;
  /** First row, rows, first column and columns of each area. */
  readonly areas: Int32Array;
  readonly workspaces: readonly SummaryWorkspace[];
}

/** Addresses of the memory that a thread works in. */
interface SummaryWorkspace {
  readonly cells: number;
  /** Null for a BLAS. */
  readonly packing: PackingWorkspace | null;
  readonly list: number;
}

/** Multiplies areas of products. The thread that multiplies an area reduces it in its own memory, so no cells are handed over. */
export class ProductSummaries {
  /** @param blas the path of a library that multiplies; null for the kernels, which accumulate everything else in any case. */
  constructor(
    private readonly pool: Pool,
    private readonly blas: string | null,
  ) {}

  /**
   * Yields the summaries of areas in their order.
   *
   * @param threads maximum number of threads; each works in memory for one area.
   */
  async *of(
    rows: ProductRows,
    areas: readonly BlockArea[],
    wanted: CellsWanted,
    threads: number,
  ): AsyncGenerator<ProductSummary> {
    const kernels = loadKernels();
    const library = rows.step === "multiply" ? this.blas : null;
    const largest = {
      rows: areas.reduce((most, area) => Math.max(most, area.rows), 0),
      columns: areas.reduce((most, area) => Math.max(most, area.columns), 0),
    };
    const bytes = rows.left.BYTES_PER_ELEMENT as NumberBytes;
    const piece = library === null ? pieceOf(rows.d, bytes) : largest;
    const cells = Math.min(piece.rows, largest.rows) * Math.min(piece.columns, largest.columns);
    const workspaces = Array.from({ length: Math.min(threads, this.pool.threads) }, () => ({
      cells: kernels.allocate(cellBytes(rows, library) * cells),
      packing: library === null ? allocatePacking(kernels, largest, rows.d, bytes) : null,
      list: kernels.allocate(CLIP_ROOM_BYTES),
    }));
    const flat = new Int32Array(new SharedArrayBuffer(16 * areas.length));
    for (const [item, { firstRow, rows, firstColumn, columns }] of areas.entries()) {
      flat.set([firstRow, rows, firstColumn, columns], 4 * item);
    }
    const params: SummaryParams = {
      kind: "summary",
      library,
      ...rows,
      wanted,
      areas: flat,
      workspaces,
    };
    const speed = PRODUCTS_PER_MS[library === null ? "kernels" : "blas"];
    const isWorth = this.pool.isWorth(((rows.left.length / rows.d) * rows.right.length) / speed);
    const job = this.pool.start<ProductSummary>(params, areas.length, isWorth, workspaces.length);
    const done = new Map<number, ProductSummary>();
    let next = 0;
    try {
      for await (const { item, result } of job.asDone()) {
        done.set(item, result);
        for (let ready = done.get(next); ready; ready = done.get(next)) {
          done.delete(next++);
          yield ready;
        }
      }
    } finally {
      for (const { cells, packing, list } of workspaces) {
        kernels.release(cells);
        kernels.release(list);
        if (packing) releasePacking(kernels, packing);
      }
    }
  }
}

/** Returns the size of a cell: floats where all products of a cell are summed in float32. */
function cellBytes({ left, d }: ProductRows, library: string | null): number {
  const isFloat = left instanceof Float32Array && (library !== null || d <= PART_OF_D);
  return isFloat ? 4 : 8;
}

export function createSummary(params: SummaryParams, kernels: Kernels, thread: number): Task<ProductSummary> {
  const { left, right, d, clips, areas, wanted } = params;
  const { list } = params.workspaces[thread];
  const bytes = cellBytes(params, params.library);
  const multiply = params.library === null ? byKernels(params, kernels, thread) : byBlas(params, kernels, thread);
  return (item) => {
    const [firstRow, rows, firstColumn, columns] = areas.subarray(4 * item, 4 * item + 4);
    const range = { min: Number.POSITIVE_INFINITY, max: Number.NEGATIVE_INFINITY, sum: 0, missing: 0 };
    const corners: Corner[] = [];
    const diagonals: Float64Array[] = [];
    multiply({ firstRow, rows, firstColumn, columns }, (piece, cells) => {
      const block = { cells, stride: piece.columns, rows: piece.rows, columns: piece.columns, bytes };
      const count = piece.rows * piece.columns;
      const values = bytes === 8 ? kernels.doubles(cells, count) : kernels.floats(cells, count);
      const a = left.subarray(piece.firstRow * d, (piece.firstRow + piece.rows) * d);
      const b = right.subarray(piece.firstColumn * d, (piece.firstColumn + piece.columns) * d);
      const own = clips ? clipBlock(kernels, block, a, b, d, list) : rangeOf(kernels, block, list);
      addRange(range, Number.isNaN(own.sum) ? presentRange(values) : { ...own, missing: 0 });
      for (const ofRows of wanted.rows)
        for (const of of wanted.columns) corners.push(...cornerOf(piece, values, ofRows, of));
      if (wanted.diagonal) diagonals.push(diagonalOf(piece, values));
    });
    return { range, corners, diagonal: joined(diagonals) };
  };
}

/** Multiplies the rows of an area, and passes on the contiguous cells of each piece of it while they are in a cache. */
type MultiplyArea = (area: BlockArea, done: (piece: BlockArea, cells: number) => void) => void;

function byBlas(params: SummaryParams, kernels: Kernels, thread: number): MultiplyArea {
  const { left, right, d } = params;
  const { cells } = params.workspaces[thread];
  const blas = blasOfThread(params.library as string);
  return (area, done) => {
    const { firstRow, rows, firstColumn, columns } = area;
    const a = left.subarray(firstRow * d, (firstRow + rows) * d);
    const b = right.subarray(firstColumn * d, (firstColumn + columns) * d);
    const isDouble = left.BYTES_PER_ELEMENT === 8;
    const values = isDouble ? kernels.doubles(cells, rows * columns) : kernels.floats(cells, rows * columns);
    blas.multiply(a, b, d, values, columns);
    done(area, cells);
  };
}

/** The largest piece of an area that the kernels multiply before it is reduced. */
const pieceOf = (d: number, bytes: NumberBytes) => ({ rows: BLOCK_OF_A, columns: blockColumns(d, bytes) });

function byKernels(params: SummaryParams, kernels: Kernels, thread: number): MultiplyArea {
  const { left, right, d, step } = params;
  const { cells, packing } = params.workspaces[thread];
  if (!packing) throw new Error("expected memory to pack rows");
  const { call } = kernels;
  const float = cellBytes(params, null) === 4 ? call.products32 : call.multiply32;
  const bytes = left.BYTES_PER_ELEMENT as NumberBytes;
  const kernel = bytes === 8 ? call[`${step}64` as const] : float;
  const product = packedProduct(kernels, { left, right, d, kernel, piece: pieceOf(d, bytes) }, packing);
  return (area, done) =>
    product(area, (piece, multiply) => {
      multiply(cells, piece.columns);
      done(piece, cells);
    });
}

function addRange(
  range: { -readonly [key in keyof PresentRange]: number },
  { min, max, sum, missing }: PresentRange,
): void {
  range.min = Math.min(range.min, min);
  range.max = Math.max(range.max, max);
  range.sum += sum;
  range.missing += missing;
}

function joined(lists: readonly Float64Array[]): Float64Array {
  if (lists.length === 1) return lists[0];
  const all = new Float64Array(lists.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const list of lists) {
    all.set(list, at);
    at += list.length;
  }
  return all;
}

/** Returns the cells of an area that are in some rows and columns, as a rectangle; none if they do not overlap. */
function cornerOf(area: BlockArea, values: Numbers, ofRows: IndexRange, ofColumns: IndexRange) {
  const [top, bottom] = overlap(ofRows, area.firstRow, area.rows);
  const [from, to] = overlap(ofColumns, area.firstColumn, area.columns);
  if (top >= bottom || from >= to) return [];
  const [rows, columns] = [bottom - top, to - from];
  const corner = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    const first = (top - area.firstRow + i) * area.columns + from - area.firstColumn;
    corner.set(values.subarray(first, first + columns), i * columns);
  }
  return [{ firstRow: top, rows, firstColumn: from, columns, values: corner }];
}

const overlap = ([from, end]: IndexRange, first: number, count: number): IndexRange => [
  Math.max(from, first),
  Math.min(end, first + count),
];

/** Returns the cells of an area that are on the diagonal of the matrix. */
function diagonalOf({ firstRow, rows, firstColumn, columns }: BlockArea, values: Numbers): Float64Array {
  const [from, end] = overlap([firstRow, firstRow + rows], firstColumn, columns);
  return Float64Array.from({ length: Math.max(0, end - from) }, (_, k) => {
    return values[(from + k - firstRow) * columns + from + k - firstColumn];
  });
}
