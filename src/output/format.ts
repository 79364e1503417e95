import { UsageError } from "../core/errors.js";
import type { Tile } from "../core/matrix.js";
import type { Runtime } from "../kernels/runtime.js";

/** The output formats. */
export const FORMATS = ["table", "csv", "tsv", "json", "ndjson", "markdown", "npy", "parquet"] as const;
export type Format = (typeof FORMATS)[number];

/** Returns whether a format is binary, which a terminal cannot show. */
export const isBinary = (format: Format): boolean => format === "npy" || format === "parquet";

const EXTENSIONS: ReadonlyMap<string | undefined, Format> = new Map([
  ["csv", "csv"],
  ["tsv", "tsv"],
  ["tab", "tsv"],
  ["json", "json"],
  ["ndjson", "ndjson"],
  ["jsonl", "ndjson"],
  ["md", "markdown"],
  ["markdown", "markdown"],
  ["txt", "table"],
  ["npy", "npy"],
  ["parquet", "parquet"],
  ["pq", "parquet"],
]);

/** Extensions of formats that cannot be written. */
const UNSUPPORTED: ReadonlySet<string | undefined> = new Set([
  "npz",
  "fvecs",
  "ivecs",
  "bvecs",
  "bin",
  "pt",
  "pkl",
  "h5",
  "hdf5",
  "arrow",
  "feather",
  "xlsx",
  "html",
]);

/**
 * Returns the format for a file name extension; csv for unknown extensions.
 *
 * @throws {UsageError} for the extension of a format that cannot be written.
 */
export function formatOfFile(path: string): Format {
  const extension = /\.([^./\\]+)$/.exec(path)?.[1]?.toLowerCase();
  if (UNSUPPORTED.has(extension)) {
    throw new UsageError(
      `${path}: expected the extension of an output format, found .${extension}`,
      "supported: .csv .tsv .json .jsonl .md .npy .parquet; -f csv writes CSV to any name",
    );
  }
  return EXTENSIONS.get(extension) ?? "csv";
}

/** The properties of a matrix that a formatter needs before the first tile. */
export interface MatrixHead {
  readonly rows: number;
  readonly columns: number;
  readonly rowIds: readonly string[] | null;
  readonly columnIds: readonly string[] | null;
  /** Whether the matrix has one value per row; JSON then writes no inner brackets. */
  readonly flat: boolean;
  /** The members of the JSON object before `values`. */
  readonly members: { readonly [name: string]: unknown };
}

/** A part of the output. */
export type Chunk = string | Uint8Array;

/** Formats a matrix as text or bytes, tile by tile; the output is the concatenation of the chunks. */
export interface MatrixFormatter<T extends Chunk = string> {
  begin(): T;
  tile(tile: Tile): T;
  /** Formats a tile as bytes in parts, each valid until the next is requested; absent if it is not faster. */
  parts?(tile: Tile, runtime?: Runtime): AsyncIterable<Uint8Array>;
  /** @param members the members of the JSON object after `values`. */
  end(members: { readonly [name: string]: unknown }): T;
}

/** A cell of a record; null if it has no value. */
export type Cell = string | number | null;

/** The type of a column of records, besides nulls: text, doubles, or integers such as ranks and indices. */
export type ColumnKind = "text" | "number" | "whole";

/** Returns the type of a column that identifies rows: by id if there are ids, otherwise by index. */
export const kindOfRows = (ids: readonly string[] | null): ColumnKind => (ids ? "text" : "whole");

/** Records with the same columns, such as the losses of each anchor. */
export interface Records {
  /** In snake case, as in CSV: `closest_negative`. */
  readonly columns: readonly string[];
  /** One per column. In formats without types, a number in a text column is written as a number. */
  readonly kinds: readonly ColumnKind[];
  readonly rows: Iterable<readonly Cell[]>;
}
