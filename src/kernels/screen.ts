import { type Blas, blasOfThread } from "./blas.js";
import { type ListAddresses, useLists } from "./candidates.js";
import { allocatePacking, type PackingWorkspace, packedProduct, releasePacking } from "./packed-product.js";
import type { Task } from "./pool.js";
import { type BlockArea, blockSide, SearchBlocks } from "./search-blocks.js";
import type { Kernels } from "./wasm.js";

/** Rows and columns that the kernels multiply before they are reduced: rows of A in whole panels, in the second-level cache. */
const PIECE = { rows: 160, columns: 256 };

/** Searching the cells of a float32 product while they are in a cache; an item is a block of rows and columns. */
export interface ScreenParams {
  readonly kind: "screen";
  /** The path of a BLAS; null for the product of the kernels. */
  readonly library: string | null;
  /** Rows of A, n×d, and of B, m×d. */
  readonly a: Float32Array;
  readonly b: Float32Array;
  readonly d: number;
  /** Whether B is A: then blocks on and above the diagonal suffice. */
  readonly symmetric: boolean;
  readonly terms: TermAddresses;
  readonly search: NearestSearch | ReachingSearch;
  readonly workspaces: readonly ScreenWorkspace[];
}

/** How a product becomes a score, as the kernels number it: with a float for each row of B, from the address `at` on. */
export interface TermAddresses {
  readonly how: (typeof HOW)[keyof typeof HOW];
  /** 0 if there are none. */
  readonly at: number;
}

/** The product is the score, its term is subtracted from it, or it is multiplied with its term. */
export const HOW = { "as it is": 0, minus: 1, times: 2 } as const;

/** Returns the address of the term of a row of B. */
const termOf = ({ how, at }: TermAddresses, row: number): number => (how === HOW["as it is"] ? 0 : at + 4 * row);

/** Gathers the candidates for the nearest columns of each row. */
export interface NearestSearch extends ListAddresses {
  readonly kind: "nearest";
  /** Column i + `selfOffset` is not a candidate of row i. */
  readonly selfOffset: number;
  /** A lock for the lists of each block of rows. */
  readonly locks: Int32Array;
}

/** Lists the cells that reach the bound of their row: a float at this address for each row. */
export interface ReachingSearch {
  readonly kind: "reaching";
  readonly bounds: number;
}

/** Addresses of the memory that a thread works in. */
export interface ScreenWorkspace {
  /** Cells of a block: two for a BLAS, because the next block may be multiplied while one is reduced. */
  readonly cells: readonly number[];
  /** Memory of the kernels' product; none for a BLAS. */
  readonly packing: PackingWorkspace | null;
  readonly heap: number;
  /** Positions of cells. */
  readonly list: number;
}

/** @param k the number of nearest columns; 0 for cells that reach a bound. */
export function allocateScreenWorkspace(kernels: Kernels, d: number, usesBlas: boolean, k: number): ScreenWorkspace {
  const side = blockSide(d);
  const cells = usesBlas ? side * side : PIECE.rows * PIECE.columns;
  return {
    cells: Array.from({ length: usesBlas ? 2 : 1 }, () => kernels.allocate(4 * cells)),
    packing: usesBlas ? null : allocatePacking(kernels, { rows: side, columns: side }, d, 4),
    heap: kernels.allocate(4 * k),
    list: kernels.allocate(k > 0 ? 0 : 4 * cells),
  };
}

export function releaseScreenWorkspace(kernels: Kernels, { cells, packing, heap, list }: ScreenWorkspace): void {
  for (const address of [...cells, heap, list]) kernels.release(address);
  if (packing) releasePacking(kernels, packing);
}

/** Cells in the memory of the kernels, as floats; rows are `stride` floats apart. */
interface FloatBlock extends BlockArea {
  readonly cells: number;
  readonly stride: number;
}

/** The result of an item are pairs of row and column that reach the bound; null where lists are gathered. */
export function createScreen(params: ScreenParams, kernels: Kernels, thread: number): Task<Uint32Array | null> {
  const { a, b, d, symmetric } = params;
  const workspace = params.workspaces[thread];
  const blocks = new SearchBlocks(a.length / d, b.length / d, d, symmetric);
  const multiply = params.library === null ? kernelProduct(params, kernels, workspace) : null;
  const blas = params.library === null ? null : blasOfThread(params.library);
  const search = params.search.kind === "nearest" ? gatherer(params, params.search, kernels, workspace) : null;
  let begun = 0;
  return (item) => {
    const area = blocks.areaOf(item);
    const found: number[] = [];
    const reduce = search ?? lister(params, kernels, workspace, found);
    const result = () => (search ? null : Uint32Array.from(found));
    if (multiply) {
      multiply(area, reduce);
      return result();
    }
    const cells = workspace.cells[begun++ % workspace.cells.length];
    const block = { ...area, cells, stride: area.columns };
    const finish = () => {
      reduce(block);
      return result();
    };
    const product = productOf(blas as Blas, params, kernels, block);
    if (thread === 0) return product.elsewhere().then(() => finish);
    product.here();
    return finish();
  };
}

function productOf(blas: Blas, { a, b, d }: ScreenParams, kernels: Kernels, block: FloatBlock) {
  const { firstRow, rows, firstColumn, columns } = block;
  const rowsOfA = a.subarray(firstRow * d, (firstRow + rows) * d);
  const rowsOfB = b.subarray(firstColumn * d, (firstColumn + columns) * d);
  const to = kernels.floats(block.cells, rows * columns);
  return {
    here: () => blas.multiply(rowsOfA, rowsOfB, d, to, columns),
    elsewhere: () => blas.multiplyElsewhere(rowsOfA, rowsOfB, d, to, columns),
  };
}

/** Returns a function that multiplies an area piece by piece, and passes each piece on. */
function kernelProduct({ a, b, d }: ScreenParams, kernels: Kernels, { cells, packing }: ScreenWorkspace) {
  if (!packing) throw new Error("expected memory to pack rows");
  const product = packedProduct(
    kernels,
    { left: a, right: b, d, kernel: kernels.call.products32, piece: PIECE },
    packing,
  );
  return (area: BlockArea, reduce: (block: FloatBlock) => void) =>
    product(area, (piece, multiply) => {
      multiply(cells[0], PIECE.columns);
      reduce({ ...piece, cells: cells[0], stride: PIECE.columns });
    });
}

/** Returns a function that gathers the candidates of a block. */
function gatherer(
  { d, symmetric, terms }: ScreenParams,
  { locks, selfOffset, ...addresses }: NearestSearch,
  kernels: Kernels,
  { heap }: ScreenWorkspace,
) {
  const { call } = kernels;
  const side = blockSide(d);
  const { how } = terms;
  return ({ cells, rows, columns, stride, firstRow, firstColumn }: FloatBlock) => {
    const [rowBlock, columnBlock] = [Math.floor(firstRow / side), Math.floor(firstColumn / side)];
    // Another job may have used other lists on this thread since the last block.
    useLists(kernels, addresses, heap, selfOffset);
    withLock(locks, rowBlock, () =>
      call.gatherRows(cells, rows, columns, stride, firstRow, firstColumn, how, termOf(terms, firstColumn)),
    );
    if (!symmetric || rowBlock === columnBlock) return;
    withLock(locks, columnBlock, () =>
      call.gatherColumns(cells, rows, columns, stride, firstRow, firstColumn, how, termOf(terms, firstRow)),
    );
  };
}

/** Returns a function that adds the pairs of row and column that reach the bound to `found`; of a symmetric matrix each once. */
function lister(
  { search, symmetric, terms }: ScreenParams,
  kernels: Kernels,
  { list }: ScreenWorkspace,
  found: number[],
) {
  return ({ cells, rows, columns, stride, firstRow, firstColumn }: FloatBlock) => {
    const bounds = search.bounds + 4 * firstRow;
    const termsHere = termOf(terms, firstColumn);
    const count = kernels.call.listReaching(cells, rows, columns, stride, bounds, terms.how, termsHere, list);
    for (const position of kernels.integers(list, count)) {
      const [i, j] = [firstRow + Math.floor(position / columns), firstColumn + (position % columns)];
      if (!symmetric || i < j) found.push(i, j);
    }
  };
}

const [FREE, TAKEN] = [0, 1];

/** Does work that no other thread does at the same time for this block of rows. */
function withLock(locks: Int32Array, block: number, work: () => void): void {
  while (Atomics.compareExchange(locks, block, FREE, TAKEN) !== FREE) Atomics.wait(locks, block, TAKEN);
  try {
    work();
  } finally {
    Atomics.store(locks, block, FREE);
    Atomics.notify(locks, block, 1);
  }
}
