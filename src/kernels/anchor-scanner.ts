import { type Kernels, loadKernels } from "./wasm.js";

/** The similarities of an anchor to its negatives: every cell of its row but the positive. */
export interface AnchorScan {
  readonly positive: number;
  /** NaN when a cell of the row is NaN. */
  readonly sum: number;
  /** Number of negatives within the tolerance of the positive. */
  readonly ties: number;
  /** The largest eligible negative; −Infinity when there is none. */
  readonly closest: number;
  readonly min: number;
  readonly max: number;
}

/** Scans rows of similarities by the kernels. */
export class AnchorScanner {
  private readonly kernels: Kernels = loadKernels();
  private readonly found = this.kernels.doubles(this.kernels.scratch, 6);
  private copy: Float64Array | null = null;
  private address = 0;

  constructor(private readonly columns: number) {}

  /**
   * Scans a row.
   *
   * @param positive the column of the positive.
   * @param tolerance a negative up to this above the positive is eligible. @param hard whether every negative is.
   */
  scan(row: Float64Array, positive: number, tolerance: number, hard: boolean): AnchorScan {
    const { kernels, columns } = this;
    this.address = kernels.addressOf(row) ?? this.copied(row);
    kernels.call.scanAnchor(this.address, columns, positive, tolerance, hard, kernels.scratch);
    const [value, sum, ties, closest, min, max] = this.found;
    return { positive: value, sum, ties, closest, min, max };
  }

  /** Returns the first column of the last row that has this value, other than `except`. */
  indexOf(value: number, except: number): number {
    return this.kernels.call.indexOfCell(this.address, this.columns, except, value);
  }

  /** Frees the memory. */
  close(): void {
    if (this.copy) this.kernels.release(this.copy);
  }

  private copied(row: Float64Array): number {
    this.copy ??= this.kernels.allocateDoubles(this.columns);
    this.copy.set(row);
    return this.copy.byteOffset;
  }
}
