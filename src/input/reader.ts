import type { RowShare } from "../core/shard.js";
import type { Numbers } from "../core/vectors.js";
import type { Runtime } from "../kernels/runtime.js";
import type { TableSurvey } from "./table-survey.js";

/** The name of a column in the header, or its number from 1. */
export type ColumnReference = string | number;

/** The character before the decimals of a number. */
export type DecimalMark = "." | ",";

/** How rows with missing values are treated. */
export type MissingPolicy = "error" | "skip-row" | "zero" | "mean";

/** Bits that are packed in bytes: as they are, or minus 128, as Sentence Transformers calls both. */
export type PackedBits = "ubinary" | "binary";

/**
 * What the numbers of a file say about bits: packed bits; components, whose bit is set if they are above 0; or components that
 * are 0 or 1.
 */
export type BitSource = PackedBits | "signs" | "zero-one";

/** The layout that was detected in the first of several text files. */
export interface FirstLayout {
  file: string | null;
  layout: unknown;
}

/** Options for reading a file of vectors; what is omitted is detected. */
export interface ReadOptions {
  /** One character between fields; a space means any run of blanks. */
  readonly delimiter?: string;
  /** Whether the first row names the columns. */
  readonly header?: "auto" | "yes" | "no";
  readonly idColumn?: ColumnReference;
  /** A column of class labels, returned along with the vectors. */
  readonly labelColumn?: ColumnReference;
  /** Columns that hold no components, by name, because they are read otherwise; a file need not have them. */
  readonly otherColumns?: readonly string[];
  /** Whether `--carry` can write other columns, so that a note about those that are left out names it. */
  readonly canCarry?: boolean;
  /** The columns of components, in xsv's notation: `1-4`, `3-`, `name`, `!1-2`. */
  readonly columns?: string;
  /** The name of a format (see `formats/registry.ts`); default: detected. */
  readonly inputFormat?: string;
  /** How to treat cells that are `nan`, infinite or missing: report them, or keep them as NaN and ±Infinity. */
  readonly nonFinite?: "refuse" | "keep";
  /** The field or column of the vector, in formats with named fields; default: `embedding`, `vector`, `values`. */
  readonly vectorColumn?: string;
  /** The decimal mark of delimited text; default: a point. */
  readonly decimal?: DecimalMark;
  /**
   * What to do with missing values: report them (the default), leave out their rows, or replace them with 0 or with the mean of
   * the column.
   */
  readonly missing?: MissingPolicy;
  /** Each number of the file is a byte with eight components, 1 or −1. */
  readonly packedBits?: PackedBits;
  /** Reads rows as packed bits, from numbers of this kind; `packedBits` is ignored. */
  readonly bits?: BitSource;
  /** The number of components to read of each row, from the first on; default: all. */
  readonly dimensions?: number;
  /** The rows that are read; default: all rows. */
  readonly share?: RowShare;
  /** Whether rows of length 1 have length 1 again after `dimensions`; for metrics that depend on lengths. */
  readonly keepUnitLength?: boolean;
  /**
   * Receives each guess about a file, and what decides otherwise; may throw, to refuse guesses. The same guess may be reported
   * again.
   */
  readonly onGuess?: (guess: string, otherwise: string) => void;
  /** Counts what the columns of delimited text hold; cells and rows at fault are then counted, not reported. */
  readonly survey?: TableSurvey;
  /** Holds the layout of the first of several text files, for those that do not have a header of their own. */
  readonly firstLayout?: FirstLayout;
  /** Receives notes about what was left out or replaced. */
  readonly note?: (message: string) => void;
  /** Receives remarks that are of interest only to some, such as which files describe the others. */
  readonly say?: (message: string) => void;
}

/** Approximate size of a batch in bytes, where the format does not determine it. */
export const BATCH_BYTES = 1 << 23;

/** The file of some rows, where several files are read as one. */
export interface BatchFile {
  readonly name: string;
  /** The number of its first row among the rows of all files. */
  readonly firstRow: number;
  /** The name of its format. */
  readonly format: string;
  readonly compression: string | null;
}

/** Consecutive rows of a file; the values are valid until the next batch is requested. */
export interface RowBatch {
  readonly rows: number;
  readonly columns: number;
  /** The number of components in the file, if only the first ones are used. */
  readonly wholeColumns?: number;
  /** `rows × columns` components, row-major; all are finite, unless `nonFinite` is `keep`. */
  readonly values: Numbers;
  /** In place of values: rows of `columns` packed bits, in whole bytes each. */
  readonly bits?: Uint8Array;
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
  /** Where only a share of the rows is read: the number of its first row in the file, and the number of rows of the file. */
  readonly ofShare?: { readonly firstRow: number; readonly fileRows: number };
  /** Whether the values are memory of the sink, which then keeps them; they may be longer than the rows. */
  readonly isPlaced?: true;
  /** Where several files are read as one, the file of these rows. */
  readonly file?: BatchFile;
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
  /**
   * Returns memory for the next `length` numbers as they are stored; null if they are kept in the other precision, or elsewhere.
   * Memory for fewer numbers receives batch after batch.
   *
   * @throws {MachineError} when the receiver may not take this amount.
   */
  place?(length: number, isFloat: boolean): Numbers | null;
  /** Called with the number of rows to expect in all, as soon as it can be estimated. */
  expectRows?(rows: number, columns: number): void;
}

/** Returns `length` zeros in the precision of `like`. */
export function numbersLike(length: number, like: Numbers): Numbers {
  return like instanceof Float32Array ? new Float32Array(length) : new Float64Array(length);
}

/** Returns the rows that a reader has to find, of a file that tells where they are; undefined if it has to read all rows. */
export function shareOf({ share, missing }: ReadOptions): RowShare | undefined {
  // The rows that are left out, and means of columns, depend on all rows.
  return missing === "skip-row" || missing === "mean" ? undefined : share;
}
