import { CandidateLists, listBytes } from "./candidates.js";
import type {
  FloatRows,
  FloatSearch,
  FloatsWanted,
  FoundCells,
  FoundRows,
  Searched,
  SearchOfRows,
} from "./float-search.js";
import { inOrder } from "./pairs-in-order.js";
import type { Pool } from "./pool.js";
import { allocateScreenWorkspace, HOW, releaseScreenWorkspace, type ScreenParams } from "./screen.js";
import { blockSide, SearchBlocks } from "./search-blocks.js";
import { loadKernels } from "./wasm.js";

/** No row is so far from another one. */
const NO_ROW = 0x7fffffff;
/** The lists of a job take at most so many bytes. */
const MOST_LIST_BYTES = 1 << 30;

/** Returns the number of rows whose lists fit into some bytes, in whole blocks; 0 if those of no block do. */
function rowsAtOnce(k: number, d: number, bytes: number): number {
  const side = blockSide(d);
  return Math.floor(Math.min(MOST_LIST_BYTES, bytes) / listBytes(k) / side) * side;
}

/** Searches on the threads of a pool. */
export class ThreadSearch implements FloatSearch {
  /** @param library the path of a BLAS; null for the product of the kernels. */
  constructor(
    private readonly pool: Pool,
    private readonly library: string | null,
  ) {}

  canFind(k: number, d: number, bytes: number): boolean {
    return rowsAtOnce(k, d, bytes) > 0;
  }

  of(rows: FloatRows): SearchOfRows {
    return {
      nearest: (left, wanted) => this.nearest({ ...rows, left }, wanted),
      reaching: (left, bounds) => this.reaching({ ...rows, left }, bounds),
    };
  }

  private async *nearest(rows: FloatRows, wanted: FloatsWanted): AsyncGenerator<FoundRows> {
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

  private async *reaching(rows: FloatRows, bounds: Float32Array): AsyncGenerator<FoundCells> {
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
