import { CandidateLists, listBytes } from "./candidates.js";
import type { Pool } from "./pool.js";
import { allocateScreenWorkspace, HOW, releaseScreenWorkspace, type ScreenParams } from "./screen.js";
import { blockSide, SearchBlocks } from "./search-blocks.js";
import { loadKernels } from "./wasm.js";

/** Rows whose float32 products are searched. */
export interface FloatRows {
  /** n×d and m×d on shared memory; the same array for a set that is searched for its own rows. */
  readonly left: Float32Array;
  readonly right: Float32Array;
  readonly d: number;
  /** What makes a score of a product, with a number for each right-hand row. Null if the product is the score. */
  readonly terms: { readonly how: "minus" | "times"; readonly numbers: Float32Array } | null;
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

/** What has been searched since the last result. */
interface Searched {
  /** The number of cells of the matrix that are known. */
  readonly cells: number;
  /** The number of those that were not computed, because they mirror others. */
  readonly mirrored: number;
}

/** Rows whose columns have all been searched. */
export interface FoundRows extends Searched {
  readonly firstRow: number;
  /** For each row, the columns that may be among its k nearest, in any order; null if they are too many. */
  readonly columns: readonly (Uint32Array | null)[];
}

/** Cells that reach a bound. */
export interface FoundCells extends Searched {
  /** Row and column of each cell, one after the other. */
  readonly pairs: Uint32Array;
}

/** No row is so far from another one. */
const NO_ROW = 0x7fffffff;
/** The lists of a job take at most so many bytes. */
const MOST_LIST_BYTES = 1 << 30;

/** Returns the number of rows whose lists fit into some bytes, in whole blocks; 0 if those of no block do. */
export function rowsAtOnce(k: number, d: number, bytes: number): number {
  const side = blockSide(d);
  return Math.floor(Math.min(MOST_LIST_BYTES, bytes) / listBytes(k) / side) * side;
}

/** Searches the float32 products of rows, on the threads of a pool. */
export class FloatSearch {
  /** @param library the path of a BLAS; null for the product of the kernels. */
  constructor(
    private readonly pool: Pool,
    private readonly library: string | null,
  ) {}

  /**
   * Yields all rows once, in any order. Their number is limited by the memory for lists, so there may be several rounds.
   *
   * @param wanted `rowsAtOnce` is at least 1 for it.
   */
  async *nearest(rows: FloatRows, wanted: FloatsWanted): AsyncGenerator<FoundRows> {
    const { left, right, d } = rows;
    const n = left.length / d;
    const atOnce = rowsAtOnce(wanted.k, d, wanted.bytes);
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
    const kernels = loadKernels();
    const symmetric = rows.left === rows.right;
    const blocks = blocksOf(rows, symmetric);
    const found = Array.from({ length: blocks.high }, (_, row) => {
      return {
        waiting: symmetric ? blocks.wide - row : blocks.wide,
        lists: [] as Uint32Array[],
        cells: 0,
        mirrored: 0,
      };
    });
    const address = kernels.copyOf(bounds);
    let next = 0;
    try {
      const search = { kind: "reaching", bounds: address } as const;
      for await (const { row, result, cells, mirrored } of this.searched(rows, blocks, search, symmetric)) {
        const here = found[row];
        here.waiting--;
        here.cells += cells;
        here.mirrored += mirrored;
        if (result) here.lists.push(result);
        for (; next < blocks.high && found[next].waiting === 0; next++) {
          const { lists, cells, mirrored } = found[next];
          yield { pairs: inOrder(lists, rows.right.length / rows.d), cells, mirrored };
          found[next].lists = [];
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
    const blocks = blocksOf(rows, symmetric);
    const lists = new CandidateLists(k, margins, bounds);
    const locks = new Int32Array(new SharedArrayBuffer(4 * Math.max(blocks.high, blocks.wide)));
    const search = { kind: "nearest", ...lists.addresses, locks, selfOffset: selfOffset ?? NO_ROW } as const;
    // The number of blocks that each row of blocks waits for.
    const waiting = new Int32Array(blocks.high).fill(blocks.wide);
    let [cells, mirrored] = [0, 0];
    try {
      for await (const { row, column, ...done } of this.searched(rows, blocks, search, symmetric)) {
        cells += done.cells;
        mirrored += done.mirrored;
        for (const place of symmetric && column !== row ? [row, column] : [row]) {
          waiting[place]--;
          if (waiting[place] > 0) continue;
          const { firstRow, rows: count } = blocks.rowsOf(place);
          yield { firstRow, columns: lists.columnsOf(firstRow, count), cells, mirrored };
          [cells, mirrored] = [0, 0];
        }
      }
    } finally {
      lists.release();
    }
  }

  /** Searches blocks on all threads, and yields each when it is done. */
  private async *searched(
    { left, right, d, terms }: FloatRows,
    blocks: SearchBlocks,
    search: ScreenParams["search"],
    symmetric: boolean,
  ): AsyncGenerator<DoneBlock> {
    const kernels = loadKernels();
    const k = search.kind === "nearest" ? search.k : 0;
    const workspaces = Array.from({ length: this.pool.threads }, () =>
      allocateScreenWorkspace(kernels, d, this.library !== null, k),
    );
    const at = terms ? kernels.copyOf(terms.numbers) : 0;
    const common = { kind: "screen", library: this.library, a: left, b: right, d, symmetric } as const;
    const params: ScreenParams = { ...common, terms: { how: HOW[terms?.how ?? "as it is"], at }, search, workspaces };
    const job = this.pool.start<Uint32Array | null>(params, blocks.count, true);
    try {
      for await (const { item, result } of job.asDone()) {
        const [row, column] = blocks.placeOf(item);
        const { rows, columns } = blocks.areaOf(item);
        const mirrored = symmetric && row !== column ? rows * columns : 0;
        yield { row, column, cells: rows * columns + mirrored, mirrored, result };
      }
    } finally {
      for (const workspace of workspaces) releaseScreenWorkspace(kernels, workspace);
      if (terms) kernels.release(at);
    }
  }
}

const blocksOf = ({ left, right, d }: FloatRows, symmetric: boolean): SearchBlocks =>
  new SearchBlocks(left.length / d, right.length / d, d, symmetric);

/** A block that has been searched. */
interface DoneBlock extends Searched {
  /** Its place, counted in blocks. */
  readonly row: number;
  readonly column: number;
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
