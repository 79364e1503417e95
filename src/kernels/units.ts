import type { Numbers } from "./numbers.js";
import type { Kernels } from "./wasm.js";

/** Dividing rows by their lengths, an item a block of rows. */
export interface UnitsParams {
  readonly kind: "units";
  /** n×d. */
  readonly values: Numbers;
  /** Where the unit rows go; may be `values` itself. */
  readonly units: Numbers;
  readonly d: number;
  /** Whether the mean of each row is taken from it first. */
  readonly centred: boolean;
  readonly blockRows: number;
  /** What the components of a row of zeros become. */
  readonly zeroAs: number;
  /** Room for a block of doubles, for each lane. */
  readonly rooms: readonly number[];
}

/** Each item gives the first row of zeros in its block, or −1. */
export function createUnits(params: UnitsParams, kernels: Kernels, lane: number): (item: number) => number {
  const { values, units, d, centred, blockRows, zeroAs } = params;
  const room = params.rooms[lane];
  return (item) => {
    const first = item * blockRows;
    const rows = Math.min(blockRows, values.length / d - first);
    const block = kernels.doubles(room, rows * d);
    block.set(values.subarray(first * d, (first + rows) * d));
    const zero = kernels.call.unitRows(room, rows, d, zeroAs, centred);
    units.set(block, first * d);
    return zero < 0 ? -1 : first + zero;
  };
}
