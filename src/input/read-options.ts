/** The name of a column in the header, or its number from 1. */
export type ColumnReference = string | number;

/** Options for reading a file of vectors; what is omitted is detected. */
export interface ReadOptions {
  /** One character between fields; a space means any run of blanks. */
  readonly delimiter?: string;
  /** Whether the first row names the columns. */
  readonly header?: "auto" | "yes" | "no";
  readonly idColumn?: ColumnReference;
  /** A column of class labels, returned along with the vectors. */
  readonly labelColumn?: ColumnReference;
  /** The columns of components, in xsv's notation: `1-4`, `3-`, `name`, `!1-2`. */
  readonly columns?: string;
  /** The name of a format (see `formats/registry.ts`); default: detected. */
  readonly inputFormat?: string;
  /** How to treat cells that are `nan`, infinite or missing: report them, or keep them as NaN and ±Infinity. */
  readonly nonFinite?: "refuse" | "keep";
  /** The field or column of the vector, in formats with named fields; default: `embedding`, `vector`, `values`. */
  readonly vectorColumn?: string;
  /** Receives remarks about a file, such as which columns are ignored. */
  readonly say?: (message: string) => void;
}
