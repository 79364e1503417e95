import type { Numbers } from "./numbers.js";
import type { Pool } from "./pool.js";
import { type Kernels, loadKernels } from "./wasm.js";

/** Speed of one thread. */
const NUMBERS_PER_MS = 4e5;
const BLOCK_BYTES = 1 << 17;

/**
 * Divides rows by their lengths, on all threads.
 *
 * @param values n×d. @param units receives the unit rows; may be `values`.
 * @param centred whether the mean of each row is subtracted first.
 * @param zeroAs the components of rows without a direction.
 * @returns the first row without a direction; undefined when all rows have one.
 */
export async function makeUnitRows(
  pool: Pool,
  values: Numbers,
  units: Numbers,
  d: number,
  centred: boolean,
  zeroAs: number,
): Promise<number | undefined> {
  const kernels = loadKernels();
  const blockRows = Math.max(1, Math.floor(BLOCK_BYTES / (8 * d)));
  const workspaces = Array.from({ length: pool.threads }, () => kernels.allocate(8 * d * blockRows));
  const params: UnitsParams = { kind: "units", values, units, d, centred, blockRows, zeroAs, workspaces };
  const items = Math.ceil(values.length / d / blockRows);
  const shared = items > 1 && pool.isWorth(values.length / NUMBERS_PER_MS);
  const zeros = await pool.start<number>(params, items, shared).finish();
  for (const workspace of workspaces) kernels.release(workspace);
  return zeros.find((row) => row >= 0);
}

/** A job of {@link makeUnitRows}; an item is a block of rows. */
export interface UnitsParams {
  readonly kind: "units";
  readonly values: Numbers;
  readonly units: Numbers;
  readonly d: number;
  readonly centred: boolean;
  readonly blockRows: number;
  readonly zeroAs: number;
  /** Memory for a block of doubles, one for each thread. */
  readonly workspaces: readonly number[];
}

/** The result of an item is the first row without a direction in its block, or −1. */
export function createUnits(params: UnitsParams, kernels: Kernels, thread: number): (item: number) => number {
  const { values, units, d, centred, blockRows, zeroAs } = params;
  const workspace = params.workspaces[thread];
  return (item) => {
    const first = item * blockRows;
    const rows = Math.min(blockRows, values.length / d - first);
    const block = kernels.doubles(workspace, rows * d);
    block.set(values.subarray(first * d, (first + rows) * d));
    const zero = kernels.call.unitRows(workspace, rows, d, zeroAs, centred);
    units.set(block, first * d);
    return zero < 0 ? -1 : first + zero;
  };
}
