import type { Task } from "./pool.js";
import type { Kernels } from "./wasm.js";

/** Rows of packed bits on shared memory, `rowBytes` bytes each; the bits after the last dimension are 0. */
export interface BitRows {
  /** n rows and m rows. */
  readonly left: Uint8Array;
  readonly right: Uint8Array;
  readonly rowBytes: number;
  readonly measure: keyof typeof HOW;
}

/** The measures of two rows, as the kernels number them. */
const HOW = { hamming: 0, jaccard: 1 } as const;

/** Maximum number of left-hand rows in an item. */
const MOST_LEFT = 64;
/** Maximum number of right-hand rows that are compared at a time, and their size: they stay in a cache. */
const MOST_RIGHT = 1024;
const CACHED_BYTES = 1 << 15;
/** Maximum size of the left-hand rows of an item. */
const LEFT_BYTES = 1 << 20;
/** Maximum size of the lists of nearest rows of an item. */
const LIST_BYTES = 1 << 26;
const ITEMS_PER_THREAD = 8;
const VECTOR_BYTES = 16;

/** Comparing rows of packed bits; an item is some left-hand rows and all right-hand rows. */
export interface BitsParams extends BitRows {
  readonly kind: "bits";
  /** Number of left-hand rows in an item. */
  readonly itemRows: number;
  readonly work: NearestBits | NearBits | BitCells;
  readonly workspaces: readonly BitsWorkspace[];
}

/** Finds the k nearest columns of each row. */
export interface NearestBits {
  readonly kind: "nearest";
  readonly k: number;
  /** For each row, the greatest distance that is near enough. Similarities are negated. */
  readonly limits: Float64Array;
  /** Column i + `selfOffset` is left out for row i; null for none. */
  readonly selfOffset: number | null;
}

/** Finds the columns within a distance; `upper`: only those with greater numbers than the row. */
export interface NearBits {
  readonly kind: "near";
  readonly limit: number;
  readonly upper: boolean;
}

/** Writes the cells of an area. */
export interface BitCells {
  readonly kind: "cells";
  readonly firstRow: number;
  readonly rows: number;
  readonly firstColumn: number;
  readonly columns: number;
  /** On shared memory, rows are `stride` cells apart. */
  readonly to: Float64Array;
  readonly stride: number;
}

/** Addresses of the memory that a thread works in. */
export interface BitsWorkspace {
  readonly left: number;
  readonly right: number;
  /** The number of differing bits and of set bits of each right-hand row, and of set bits of each left-hand row. */
  readonly differing: number;
  readonly set: number;
  readonly own: number;
  /** A row without set bits. */
  readonly zero: number;
  /** Nearest columns of each row, columns of a list, or cells. */
  readonly result: number;
}

/** Returns the number of vectors of 16 bytes in a row, and of rows on each side that are compared at a time. */
function sizesOf(rowBytes: number) {
  const vectors = Math.ceil(rowBytes / VECTOR_BYTES);
  const bytes = vectors * VECTOR_BYTES;
  const fours = (rows: number) => Math.max(4, Math.floor(rows) & ~3);
  return {
    vectors,
    bytes,
    right: fours(Math.min(MOST_RIGHT, CACHED_BYTES / bytes)),
    left: fours(Math.min(MOST_LEFT, LEFT_BYTES / bytes)),
  };
}

/** Returns the bytes of the k nearest rows of a row. */
const nearestBytes = (k: number): number => VECTOR_BYTES * (k + 1);

/**
 * Returns the number of left-hand rows in an item: few enough for the caches, and that all threads get some items.
 *
 * @param k the number of nearest columns; 0 for other work.
 */
export function itemRowsOf(rows: number, rowBytes: number, threads: number, k: number): number {
  const most = Math.min(sizesOf(rowBytes).left, Math.floor(LIST_BYTES / nearestBytes(k)));
  return Math.max(1, Math.min(most, Math.ceil(rows / (ITEMS_PER_THREAD * threads))));
}

/** @param itemRows the number of left-hand rows in an item. @param k as in {@link itemRowsOf}. */
export function allocateBitsWorkspace(kernels: Kernels, rowBytes: number, itemRows: number, k: number): BitsWorkspace {
  const { bytes, right } = sizesOf(rowBytes);
  // Counts are computed four at a time.
  const left = Math.ceil(itemRows / 4) * 4;
  const workspace = {
    left: kernels.allocate(left * bytes),
    right: kernels.allocate(right * bytes),
    differing: kernels.allocate(4 * right),
    set: kernels.allocate(4 * right),
    own: kernels.allocate(4 * left),
    zero: kernels.allocate(bytes),
    result: kernels.allocate(Math.max(8 * right, itemRows * nearestBytes(k))),
  };
  kernels.bytes(workspace.zero, bytes).fill(0);
  return workspace;
}

export function releaseBitsWorkspace(kernels: Kernels, workspace: BitsWorkspace): void {
  for (const address of Object.values(workspace)) kernels.release(address);
}

/** Receives some columns of a row of the item; their numbers of differing and of set bits are in the workspace. */
type Consumer = (row: number, firstColumn: number, columns: number, own: number) => void;

/** The result of an item are the columns of each of its rows; null for cells. */
export function createBits(params: BitsParams, kernels: Kernels, thread: number): Task<Uint32Array[] | null> {
  const { left, right, rowBytes, itemRows, work } = params;
  const workspace = params.workspaces[thread];
  const { call } = kernels;
  const sizes = sizesOf(rowBytes);
  const area =
    work.kind === "cells"
      ? work
      : { firstRow: 0, rows: left.length / rowBytes, firstColumn: 0, columns: right.length / rowBytes };
  const setBitsOf = (rows: number, count: number, to: number) =>
    call.countDifferences(workspace.zero, rows, count, sizes.vectors, to);

  return (item) => {
    const firstRow = area.firstRow + item * itemRows;
    const rows = Math.min(itemRows, area.firstRow + area.rows - firstRow);
    copyPadded(kernels, left, rowBytes, firstRow, rows, workspace.left, sizes.bytes);
    setBitsOf(workspace.left, rows, workspace.own);
    const own = kernels.integers(workspace.own, rows);
    const { add, result } = consumer(params, kernels, workspace, firstRow, rows);
    const end = area.firstColumn + area.columns;
    const begin = work.kind === "near" && work.upper ? firstRow + 1 : area.firstColumn;
    for (let column = begin; column < end; column += sizes.right) {
      const columns = Math.min(sizes.right, end - column);
      copyPadded(kernels, right, rowBytes, column, columns, workspace.right, sizes.bytes);
      setBitsOf(workspace.right, columns, workspace.set);
      for (let i = 0; i < rows; i++) {
        const row = workspace.left + i * sizes.bytes;
        call.countDifferences(row, workspace.right, columns, sizes.vectors, workspace.differing);
        add(i, column, columns, own[i]);
      }
    }
    return result();
  };
}

/** Returns a function that reduces the counts of some columns, and one that returns the result. */
function consumer(
  { work, measure }: BitsParams,
  kernels: Kernels,
  { differing, set, result: at }: BitsWorkspace,
  firstRow: number,
  rows: number,
): { add: Consumer; result: () => Uint32Array[] | null } {
  const { call } = kernels;
  const how = HOW[measure];
  if (work.kind === "nearest") {
    const { k, selfOffset, limits } = work;
    const bytes = nearestBytes(k);
    for (let i = 0; i < rows; i++) {
      kernels.doubles(at + i * bytes, 1)[0] = limits[firstRow + i];
      kernels.integers(at + i * bytes + 8, 1)[0] = 0;
    }
    const exceptOf = (i: number) => (selfOffset === null ? -1 : firstRow + i + selfOffset);
    return {
      add: (i, column, columns, own) =>
        call.keepNearestBits(how, differing, set, columns, own, column, exceptOf(i), k, at + i * bytes),
      result: () => Array.from({ length: rows }, (_, i) => keptColumns(kernels, at + i * bytes)),
    };
  }
  if (work.kind === "near") {
    const { limit, upper } = work;
    const found = Array.from({ length: rows }, () => [] as number[]);
    return {
      add(i, column, columns, own) {
        const after = upper ? firstRow + i : -1;
        const count = call.listNearBits(how, differing, set, columns, own, column, after, limit, at);
        for (const near of kernels.integers(at, count)) found[i].push(near);
      },
      result: () => found.map((columns) => Uint32Array.from(columns)),
    };
  }
  const { to, stride } = work;
  return {
    add(i, column, columns, own) {
      call.scoreBits(how, differing, set, columns, own, at);
      const row = firstRow + i - work.firstRow;
      to.set(kernels.doubles(at, columns), row * stride + column - work.firstColumn);
    },
    result: () => null,
  };
}

/** Returns the columns of a list of nearest rows, whose items are 16 bytes: a distance, and the number of the row. */
function keptColumns(kernels: Kernels, nearest: number): Uint32Array {
  const [count] = kernels.integers(nearest + 8, 1);
  const items = kernels.integers(nearest + VECTOR_BYTES, 4 * count);
  return Uint32Array.from({ length: count }, (_, k) => items[4 * k + 2]);
}

/** Copies some rows to an address, each padded with zeros to `paddedBytes`. */
function copyPadded(
  kernels: Kernels,
  bits: Uint8Array,
  rowBytes: number,
  first: number,
  count: number,
  to: number,
  paddedBytes: number,
): void {
  const memory = kernels.bytes(to, count * paddedBytes);
  if (rowBytes === paddedBytes) {
    memory.set(bits.subarray(first * rowBytes, (first + count) * rowBytes));
    return;
  }
  memory.fill(0);
  for (let i = 0; i < count; i++) {
    memory.set(bits.subarray((first + i) * rowBytes, (first + i + 1) * rowBytes), i * paddedBytes);
  }
}
