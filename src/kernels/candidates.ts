import { type Kernels, loadKernels } from "./wasm.js";

/** What the kernels need to gather candidates: addresses of n lists, and of a number for each row. */
export interface ListAddresses {
  readonly lists: number;
  readonly bounds: number;
  readonly counts: number;
  readonly margins: number;
  readonly capacity: number;
  readonly k: number;
}

/** Places in a list besides those of the k nearest: a row with far more candidates is computed again in float64. */
const MORE = 64;

const capacityOf = (k: number): number => 2 * k + MORE;

/** Returns the memory of a list in bytes. */
export const listBytes = (k: number): number => 8 * capacityOf(k) + 12;

/**
 * For each row, a list of the columns that may be among its k nearest. The nearest columns are in it if scores have an error
 * of at most half the margin of the row: then the k-th greatest score found is at most that half above the true one, and a
 * nearest column at most the other half below its true score.
 */
export class CandidateLists {
  readonly addresses: ListAddresses;
  private readonly kernels: Kernels = loadKernels();
  /** Memory for k floats. */
  private readonly heap: number;

  /**
   * @param margins twice the maximum error of a score, for each row.
   * @param bounds for each row: only columns with at least this score are wanted.
   */
  constructor(k: number, margins: Float32Array, bounds: Float32Array) {
    const { kernels } = this;
    const rows = margins.length;
    const capacity = capacityOf(k);
    const at = (bytes: number) => kernels.allocate(bytes);
    this.addresses = {
      lists: at(8 * capacity * rows),
      bounds: kernels.copyOf(bounds),
      counts: at(4 * rows),
      margins: kernels.copyOf(margins),
      capacity,
      k,
    };
    this.heap = at(4 * k);
    kernels.integers(this.addresses.counts, rows).fill(0);
  }

  /** Returns the candidates of rows whose search has ended, in any order; null for a row with too many of them. */
  columnsOf(first: number, rows: number): (Uint32Array | null)[] {
    const { kernels, addresses, heap } = this;
    useLists(kernels, addresses, heap, 0);
    return Array.from({ length: rows }, (_, i) => {
      const count = kernels.call.finishCandidates(first + i);
      if (count < 0) return null;
      const list = addresses.lists + 8 * addresses.capacity * (first + i);
      return kernels.integers(list + 4 * addresses.capacity, count).slice();
    });
  }

  /** Frees the memory. */
  release(): void {
    const { lists, bounds, counts, margins } = this.addresses;
    for (const address of [lists, bounds, counts, margins, this.heap]) this.kernels.release(address);
  }
}

/**
 * Selects the lists in which the kernels of this thread gather.
 *
 * @param heap memory for k floats that no other thread uses.
 * @param selfOffset column i + `selfOffset` is not a candidate of row i.
 */
export function useLists({ call }: Kernels, addresses: ListAddresses, heap: number, selfOffset: number): void {
  const { lists, bounds, counts, margins, capacity, k } = addresses;
  call.useCandidates(lists, bounds, counts, margins, capacity, k, heap, selfOffset);
}
