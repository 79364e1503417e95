import { blasOfThread } from "./blas.js";
import { CLIP_ROOM_BYTES, clipBlock, type PresentRange, presentRange, rangeOf } from "./clip.js";
import type { Numbers } from "./numbers.js";
import type { Pool, Task } from "./pool.js";
import type { BlockArea } from "./search-blocks.js";
import { type Kernels, loadKernels } from "./wasm.js";

/** Speed of one thread. */
const PRODUCTS_PER_MS = 2e7;

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
  readonly corners: readonly (BlockArea & { readonly values: Float64Array })[];
  /** The cells of the diagonal that are in the area, if they are wanted. */
  readonly diagonal: Float64Array;
}

/** Rows that are multiplied: n×d and m×d. */
export interface ProductRows {
  readonly left: Numbers;
  readonly right: Numbers;
  readonly d: number;
  /** Whether the rows have length 1, so that cells are clipped. */
  readonly clips: boolean;
}

/** Multiplying areas of a product in memory of the thread; an item is an area. */
export interface SummaryParams extends ProductRows {
  readonly kind: "summary";
  readonly library: string;
  readonly wanted: CellsWanted;
  /** First row, rows, first column and columns of each area. */
  readonly areas: Int32Array;
  readonly workspaces: readonly SummaryWorkspace[];
}

/** Addresses of the memory that a thread works in. */
interface SummaryWorkspace {
  readonly cells: number;
  readonly list: number;
}

/** Multiplies areas of products by a BLAS. The thread that multiplies an area reduces it in its own memory, so no cells are handed over. */
export class ProductSummaries {
  /** @param library the path of a BLAS. */
  constructor(
    private readonly pool: Pool,
    private readonly library: string,
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
    const cells = areas.reduce((most, area) => Math.max(most, area.rows * area.columns), 0);
    const workspaces = Array.from({ length: Math.min(threads, this.pool.threads) }, () => ({
      cells: kernels.allocate(rows.left.BYTES_PER_ELEMENT * cells),
      list: kernels.allocate(CLIP_ROOM_BYTES),
    }));
    const flat = new Int32Array(new SharedArrayBuffer(16 * areas.length));
    for (const [item, { firstRow, rows, firstColumn, columns }] of areas.entries()) {
      flat.set([firstRow, rows, firstColumn, columns], 4 * item);
    }
    const params: SummaryParams = {
      kind: "summary",
      library: this.library,
      ...rows,
      wanted,
      areas: flat,
      workspaces,
    };
    const isWorth = this.pool.isWorth(((rows.left.length / rows.d) * rows.right.length) / PRODUCTS_PER_MS);
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
      for (const { cells, list } of workspaces) {
        kernels.release(cells);
        kernels.release(list);
      }
    }
  }
}

export function createSummary(params: SummaryParams, kernels: Kernels, thread: number): Task<ProductSummary> {
  const { left, right, d, clips, areas, wanted } = params;
  const { cells, list } = params.workspaces[thread];
  const blas = blasOfThread(params.library);
  const bytes = left.BYTES_PER_ELEMENT;
  return (item) => {
    const [firstRow, rows, firstColumn, columns] = areas.subarray(4 * item, 4 * item + 4);
    const a = left.subarray(firstRow * d, (firstRow + rows) * d);
    const b = right.subarray(firstColumn * d, (firstColumn + columns) * d);
    const values = bytes === 8 ? kernels.doubles(cells, rows * columns) : kernels.floats(cells, rows * columns);
    blas.multiply(a, b, d, values, columns);
    const block = { cells, stride: columns, rows, columns, bytes };
    const range = clips ? clipBlock(kernels, block, a, b, d, list) : rangeOf(kernels, block, list);
    const area = { firstRow, rows, firstColumn, columns };
    return {
      range: Number.isNaN(range.sum) ? presentRange(values) : { ...range, missing: 0 },
      corners: wanted.rows.flatMap((ofRows) => wanted.columns.flatMap((of) => cornerOf(area, values, ofRows, of))),
      diagonal: wanted.diagonal ? diagonalOf(area, values) : new Float64Array(0),
    };
  };
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
