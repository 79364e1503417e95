import type { Numbers } from "../core/vectors.js";

/** About how many bytes of numbers make a batch where a format leaves that open. */
export const BATCH_BYTES = 1 << 23;

/** Rows of a file, as they come; the values are valid until the next batch is asked for. */
export interface RowBatch {
  readonly rows: number;
  readonly columns: number;
  /** `rows × columns` components, row-major; every one is finite, unless others were asked to be kept. */
  readonly values: Numbers;
  readonly ids: readonly string[] | null;
  readonly labels: readonly string[] | null;
  /** The line that each row starts on, from 1; null in a format that has no lines. */
  readonly lines: ArrayLike<number> | null;
  /** The names of the value columns, where the file has a header. */
  readonly columnNames: readonly string[] | null;
  /** What stands between fields, and whether one so far was in quotes, in delimited text. */
  readonly delimiter?: string;
  readonly quoted?: boolean;
  /** How many rows the whole file has, where its format tells that ahead. */
  readonly totalRows?: number;
}

/** `length` zeros, in the precision of `like`. */
export function numbersLike(length: number, like: Numbers): Numbers {
  return like instanceof Float32Array ? new Float32Array(length) : new Float64Array(length);
}
