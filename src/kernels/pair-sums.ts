import type { Pool } from "./pool.js";
import { type Kernels, loadKernels } from "./wasm.js";

/** Speed of one thread. */
const COMPONENTS_PER_MS = 1.5e5;
const BLOCK_BYTES = 1 << 16;
/** Shorter jobs wait longer for a worker than it helps. */
const MIN_SHARED_MS = 4;

/** Places of the sums of a pair of rows x and y, each the sum of two doubles: `sums[place] + sums[place + 1]`. */
export const PAIR_SUMS = { product: 0, squareOfX: 2, squareOfY: 4, distance: 6, length: 8 } as const;

/** Places of sums of doubles. */
export const QUICK_SUMS = { product: 0, squareOfX: 1, squareOfY: 2, square: 3, distance: 4, length: 5 } as const;

/** Rows of two sets of float32 components, of which `first[p]` and `second[p]` are a pair; all on shared memory. */
export interface FloatRowPairs {
  readonly a: Float32Array;
  readonly b: Float32Array;
  readonly d: number;
  readonly first: Uint32Array;
  readonly second: Uint32Array;
}

/**
 * Computes Σ xy, Σ x², Σ y² and Σ |x − y| for pairs of rows, on all threads.
 *
 * @param sums on shared memory; receives `PAIR_SUMS.length` doubles for each pair.
 */
export function sumPairs(pool: Pool, pairs: FloatRowPairs, sums: Float64Array): Promise<void> {
  return run(pool, { ...pairs, sums, length: PAIR_SUMS.length });
}

/**
 * Computes the same and Σ (x − y)² in doubles, whose rounding errors are lost: in less than half the time.
 *
 * @param sums on shared memory; receives `QUICK_SUMS.length` doubles for each pair.
 */
export function quickSums(pool: Pool, pairs: FloatRowPairs, sums: Float64Array): Promise<void> {
  return run(pool, { ...pairs, sums, length: QUICK_SUMS.length });
}

/** Pairs of rows, and where their sums are written. */
interface SummedPairs extends FloatRowPairs {
  readonly sums: Float64Array;
  /** The number of doubles for each pair, which tells which sums are wanted. */
  readonly length: typeof PAIR_SUMS.length | typeof QUICK_SUMS.length;
}

async function run(pool: Pool, pairs: SummedPairs): Promise<void> {
  const kernels = loadKernels();
  const { d, first, length } = pairs;
  const blockRows = Math.max(1, Math.floor(BLOCK_BYTES / (4 * d)));
  // The sums lie behind the rows: a kernel reads a few bytes behind those.
  const workspaces = Array.from({ length: pool.threads }, () => kernels.allocate((2 * 4 * d + 8 * length) * blockRows));
  const params: PairSumsParams = { kind: "pair-sums", ...pairs, blockRows, workspaces };
  const items = Math.ceil(first.length / blockRows);
  const milliseconds = (first.length * d) / COMPONENTS_PER_MS;
  const shared = milliseconds >= MIN_SHARED_MS && items > 1 && pool.isWorth(milliseconds);
  try {
    await pool.start<void>(params, items, shared).finish();
  } finally {
    for (const workspace of workspaces) kernels.release(workspace);
  }
}

/** A job of {@link sumPairs} or {@link quickSums}; an item is a block of pairs. */
export interface PairSumsParams extends SummedPairs {
  readonly kind: "pair-sums";
  readonly blockRows: number;
  /** Memory for a block of rows of both sets and their sums, one for each thread. */
  readonly workspaces: readonly number[];
}

export function createPairSums(params: PairSumsParams, kernels: Kernels, thread: number): (item: number) => void {
  const { a, b, d, first, second, sums, length, blockRows } = params;
  const { pairSums, quickPairSums } = kernels.call;
  const sumRows = length === PAIR_SUMS.length ? pairSums : quickPairSums;
  const workspace = params.workspaces[thread];
  const left = kernels.floats(workspace, blockRows * d);
  const right = kernels.floats(workspace + left.byteLength, blockRows * d);
  // A multiple of 8, because two sets of rows are.
  const out = workspace + 2 * left.byteLength;
  const found = kernels.doubles(out, length * blockRows);
  // The address of rows, which are copied if they are elsewhere.
  const rowsAt = (values: Float32Array, rows: Uint32Array, copy: Float32Array): number => {
    const address = kernels.addressOf(values);
    if (address !== null && isRun(rows)) return address + 4 * d * rows[0];
    gather(values, d, rows, copy);
    return copy.byteOffset;
  };
  return (item) => {
    const start = item * blockRows;
    const rows = Math.min(blockRows, first.length - start);
    const x = rowsAt(a, first.subarray(start, start + rows), left);
    const y = rowsAt(b, second.subarray(start, start + rows), right);
    sumRows(x, y, rows, d, out);
    sums.set(found.subarray(0, length * rows), length * start);
  };
}

/** Copies some rows to `to`, those that follow each other at once. */
function gather(values: Float32Array, d: number, rows: Uint32Array, to: Float32Array): void {
  for (let p = 0; p < rows.length; ) {
    const first = p;
    do p++;
    while (p < rows.length && rows[p] === rows[p - 1] + 1);
    to.set(values.subarray(rows[first] * d, (rows[p - 1] + 1) * d), first * d);
  }
}

/** Whether rows follow each other. */
function isRun(rows: Uint32Array): boolean {
  for (let p = 1; p < rows.length; p++) if (rows[p] !== rows[p - 1] + 1) return false;
  return true;
}
