import type { Numbers } from "../core/vectors.js";
import type { Runtime } from "../kernels/runtime.js";

/** Approximate size of a batch in bytes, where the format does not determine it. */
export const BATCH_BYTES = 1 << 23;

/** Consecutive rows of a file; the values are valid until the next batch is requested. */
export interface RowBatch {
  readonly rows: number;
  readonly columns: number;
  /** `rows × columns` components, row-major; all are finite, unless `nonFinite` is `keep`. */
  readonly values: Numbers;
  readonly ids: readonly string[] | null;
  readonly labels: readonly string[] | null;
  /** The line on which each row starts, from 1; null in a format without lines. */
  readonly lines: ArrayLike<number> | null;
  /** The names of the value columns, if the file has a header. */
  readonly columnNames: readonly string[] | null;
  /** The field delimiter of delimited text, and whether any field so far was quoted. */
  readonly delimiter?: string;
  readonly quoted?: boolean;
  /** The total number of rows, if the format states it at the beginning. */
  readonly totalRows?: number;
  /** Whether the values are memory of the sink, which then keeps them; they may be longer than the rows. */
  readonly isPlaced?: true;
}

/** The receiver of all rows of a file. A reader can write the first batch to its memory, on the threads of the runtime. */
export interface RowSink {
  readonly runtime: Runtime;
  /**
   * Returns memory for `length` numbers.
   *
   * @throws {MachineError} when the receiver may not take this amount.
   */
  create(length: number): Numbers;
}

/** Returns `length` zeros in the precision of `like`. */
export function numbersLike(length: number, like: Numbers): Numbers {
  return like instanceof Float32Array ? new Float32Array(length) : new Float64Array(length);
}
