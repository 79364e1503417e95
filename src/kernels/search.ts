import { CandidateLists, listBytes } from "./candidates.js";
import type { Pool } from "./pool.js";
import {
  allocateScreenWorkspace,
  blockAt,
  blockSide,
  releaseScreenWorkspace,
  type ScreenParams,
  screenItems,
} from "./screen.js";
import { loadKernels } from "./wasm.js";

/** Rows whose float32 products are searched. */
export interface FloatRows {
  /** n×d and m×d on shared memory; the same array for a set that is searched for its own rows. */
  readonly left: Float32Array;
  readonly right: Float32Array;
  readonly d: number;
  /** A number for each right-hand row that is subtracted from its products: that is a score. Null for none. */
  readonly shifts: Float32Array | null;
}

export interface FloatsWanted {
  readonly k: number;
  /** For each left-hand row: twice the maximum error of a score. */
  readonly margins: Float32Array;
  /** For each left-hand row: columns with a smaller score are not wanted. */
  readonly bounds: Float32Array;
  /** Column i + `selfOffset` is not wanted for row i; null for none. */
  readonly selfOffset: number | null;
  /** Maximum bytes of the lists. */
  readonly bytes: number;
}

/** Rows whose columns have all been searched. */
export interface FoundRows {
  readonly firstRow: number;
  /** For each row, the columns that may be among its k nearest, in any order; null if they are too many. */
  readonly columns: readonly (Uint32Array | null)[];
  /** The number of cells that were computed since the rows before. */
  readonly cells: number;
}

/** Cells that reach a bound. */
export interface FoundCells {
  /** Row and column of each cell, one after the other. */
  readonly pairs: Uint32Array;
  readonly cells: number;
}

/** No row is so far from another one. */
const NO_ROW = 0x7fffffff;
/** The lists of a job take at most so many bytes. */
const MOST_LIST_BYTES = 1 << 30;

/** Searches the float32 products of rows, on the threads of a pool. */
export class FloatSearch {
  /** @param library the path of a BLAS; null for the product of the kernels. */
  constructor(
    private readonly pool: Pool,
    private readonly library: string | null,
  ) {}

  /** Yields all rows once, in any order. Their number is limited by the memory for lists, so there may be several rounds. */
  async *nearest(rows: FloatRows, wanted: FloatsWanted): AsyncGenerator<FoundRows> {
    const { left, right, d } = rows;
    const n = left.length / d;
    const side = blockSide(d);
    const bytes = Math.min(MOST_LIST_BYTES, wanted.bytes);
    const atOnce = Math.max(1, Math.floor(bytes / listBytes(wanted.k) / side)) * side;
    if (n <= atOnce) return yield* this.round(rows, wanted, left === right);
    for (let first = 0; first < n; first += atOnce) {
      const end = Math.min(n, first + atOnce);
      const part = { ...rows, left: left.subarray(first * d, end * d) };
      const margins = wanted.margins.subarray(first, end);
      const bounds = wanted.bounds.subarray(first, end);
      const selfOffset = wanted.selfOffset === null ? null : wanted.selfOffset + first;
      for await (const found of this.round(part, { ...wanted, margins, bounds, selfOffset }, false)) {
        yield { ...found, firstRow: first + found.firstRow };
      }
    }
  }

  /**
   * Yields the cells that reach the bound of their row, in the order of rows and columns; of a set that is searched for its own
   * rows, each pair once.
   */
  async *reaching(rows: FloatRows, bounds: Float32Array): AsyncGenerator<FoundCells> {
    const { left, right, d } = rows;
    const kernels = loadKernels();
    const symmetric = left === right;
    const [high, wide] = [left, right].map(({ length }) => Math.ceil(length / d / blockSide(d)));
    const found = Array.from({ length: high }, (_, row) => {
      return { waiting: symmetric ? wide - row : wide, blocks: [] as Uint32Array[], cells: 0 };
    });
    const address = copyOf(bounds);
    let next = 0;
    try {
      const search = { kind: "reaching", bounds: address } as const;
      for await (const { row, result, cells } of this.blocks(rows, search, symmetric)) {
        const here = found[row];
        here.waiting--;
        here.cells += cells;
        if (result) here.blocks.push(result);
        for (; next < high && found[next].waiting === 0; next++) {
          const { blocks, ...done } = found[next];
          yield { pairs: inOrder(blocks, right.length / d), cells: done.cells };
          found[next].blocks = [];
        }
      }
    } finally {
      kernels.release(address);
    }
  }

  private async *round(
    rows: FloatRows,
    { k, margins, bounds, selfOffset }: FloatsWanted,
    symmetric: boolean,
  ): AsyncGenerator<FoundRows> {
    const { left, right, d } = rows;
    const side = blockSide(d);
    const n = left.length / d;
    const [high, wide] = [n, right.length / d].map((count) => Math.ceil(count / side));
    const lists = new CandidateLists(k, margins, bounds);
    const locks = new Int32Array(new SharedArrayBuffer(4 * Math.max(high, wide)));
    const search = { kind: "nearest", ...lists.addresses, locks, selfOffset: selfOffset ?? NO_ROW } as const;
    // The number of blocks that each block of rows waits for.
    const waiting = new Int32Array(high).fill(wide);
    let searched = 0;
    try {
      for await (const { row, column, cells } of this.blocks(rows, search, symmetric)) {
        searched += cells;
        for (const block of symmetric && column !== row ? [row, column] : [row]) {
          waiting[block]--;
          if (waiting[block] > 0) continue;
          const firstRow = block * side;
          yield { firstRow, columns: lists.columnsOf(firstRow, Math.min(side, n - firstRow)), cells: searched };
          searched = 0;
        }
      }
    } finally {
      lists.release();
    }
  }

  /** Computes blocks on all threads, and yields each when it is done. */
  private async *blocks(
    { left, right, d, shifts }: FloatRows,
    search: ScreenParams["search"],
    symmetric: boolean,
  ): AsyncGenerator<DoneBlock> {
    const kernels = loadKernels();
    const [n, m] = [left.length / d, right.length / d];
    const side = blockSide(d);
    const k = search.kind === "nearest" ? search.k : 0;
    const workspaces = Array.from({ length: this.pool.threads }, () =>
      allocateScreenWorkspace(kernels, d, this.library !== null, k),
    );
    const shiftsAt = shifts ? copyOf(shifts) : 0;
    const common = { kind: "screen", library: this.library, a: left, b: right, d, symmetric } as const;
    const params: ScreenParams = { ...common, shifts: shiftsAt, search, workspaces };
    const job = this.pool.start<Uint32Array | null>(params, screenItems(n, m, d, symmetric), true);
    try {
      for await (const { item, result } of job.asDone()) {
        const [row, column] = blockAt(item, Math.ceil(m / side), symmetric);
        const cells = Math.min(side, n - row * side) * Math.min(side, m - column * side);
        yield { row, column, cells: symmetric && row !== column ? 2 * cells : cells, result };
      }
    } finally {
      for (const workspace of workspaces) releaseScreenWorkspace(kernels, workspace);
      if (shifts) kernels.release(shiftsAt);
    }
  }
}

/** A block that has been searched. */
interface DoneBlock {
  /** Its place, counted in blocks. */
  readonly row: number;
  readonly column: number;
  /** The number of cells of the matrix that are known by it. */
  readonly cells: number;
  readonly result: Uint32Array | null;
}

/** Returns pairs of row and column in the order of rows, then of columns. */
function inOrder(blocks: readonly Uint32Array[], columns: number): Uint32Array {
  const count = blocks.reduce((sum, { length }) => sum + length / 2, 0);
  const places = new Float64Array(count);
  let k = 0;
  for (const pairs of blocks)
    for (let at = 0; at < pairs.length; at += 2) places[k++] = pairs[at] * columns + pairs[at + 1];
  places.sort();
  const ordered = new Uint32Array(2 * count);
  for (const [at, place] of places.entries()) {
    ordered[2 * at] = Math.floor(place / columns);
    ordered[2 * at + 1] = place % columns;
  }
  return ordered;
}

/** Returns the address of a copy in the memory of the kernels. */
function copyOf(numbers: Float32Array): number {
  const kernels = loadKernels();
  const address = kernels.allocate(4 * numbers.length);
  kernels.floats(address, numbers.length).set(numbers);
  return address;
}
