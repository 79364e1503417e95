import type { Pool } from "./pool.js";
import { Room } from "./room.js";
import { type Kernels, loadKernels } from "./wasm.js";

const ITEM_CELLS = 1 << 17;
/** Speed of one thread. */
const CELLS_PER_MS = 5e5;
/** Number of sums of a row. */
const SUMS = 3;

/** Sums of Gaussian potentials of pairs of rows of length 1, on the threads of a pool. */
export class PotentialSums {
  private readonly kernels = loadKernels();
  private readonly copy = new Room(this.kernels);
  private readonly sums = new Room(this.kernels);

  constructor(private readonly pool: Pool) {}

  /**
   * Sums over the cosines of row i with all rows j > i, for each row of a tile.
   *
   * @param values rows×columns cosines, the first row of which is row `firstRow`.
   * @returns three doubles for each row, valid until the next call: the number of cosines that are not NaN, the sum of them, and the
   * sum of the potentials e^(4·cos − 4).
   */
  async of(values: Float64Array, firstRow: number, columns: number): Promise<Float64Array> {
    const { kernels, pool } = this;
    const rows = values.length / columns;
    const [sums] = this.sums.take(8 * SUMS * rows);
    const itemRows = Math.max(1, Math.floor(ITEM_CELLS / columns));
    const cells = kernels.addressOf(values) ?? this.copied(values);
    const params: PotentialsParams = { kind: "potentials", cells, firstRow, rows, columns, itemRows, sums };
    const items = Math.ceil(rows / itemRows);
    await pool.start<void>(params, items, items > 1 && pool.isWorth(values.length / CELLS_PER_MS)).finish();
    return kernels.doubles(sums, SUMS * rows);
  }

  /** Frees the memory. */
  close(): void {
    this.copy.close();
    this.sums.close();
  }

  private copied(values: Float64Array): number {
    const [address] = this.copy.take(8 * values.length);
    this.kernels.doubles(address, values.length).set(values);
    return address;
  }
}

/** A job of {@link PotentialSums}; an item is some rows. */
export interface PotentialsParams {
  readonly kind: "potentials";
  /** Addresses of the cosines and of the sums. */
  readonly cells: number;
  readonly sums: number;
  readonly firstRow: number;
  readonly rows: number;
  readonly columns: number;
  readonly itemRows: number;
}

export function createPotentials(params: PotentialsParams, kernels: Kernels): (item: number) => void {
  const { cells, sums, firstRow, rows, columns, itemRows } = params;
  return (item) => {
    for (let i = item * itemRows; i < Math.min(rows, (item + 1) * itemRows); i++) {
      const first = firstRow + i + 1;
      kernels.call.sumPotentials(cells + 8 * (i * columns + first), columns - first, sums + 8 * SUMS * i);
    }
  };
}
