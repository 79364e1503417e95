/** A column named by its header, or counted from 1. */
export type ColumnReference = string | number;

/** How to read a file of vectors; whatever is left out is detected. */
export interface ReadOptions {
  /** One character between fields; a space stands for any run of blanks. */
  readonly delimiter?: string;
  /** Whether the first row names the columns. */
  readonly header?: "auto" | "yes" | "no";
  readonly idColumn?: ColumnReference;
  /** A column of class labels, kept beside the vectors. */
  readonly labelColumn?: ColumnReference;
  /** The columns that hold components, in xsv's notation: `1-4`, `3-`, `name`, `!1-2`. */
  readonly columns?: string;
  /** The name of a format (see `formats/registry.ts`); told from the file unless said. */
  readonly inputFormat?: string;
  /** Whether cells that are `nan`, infinite or missing are faults, or pass: as NaN and ±Infinity. */
  readonly nonFinite?: "refuse" | "keep";
  /** Where the vector of a record is, in formats whose records have fields: `embedding`, `vector`, `values` unless said. */
  readonly vectorColumn?: string;
  /** Is told what else there is to say of a file: which of its columns are left out unasked. */
  readonly say?: (message: string) => void;
}
