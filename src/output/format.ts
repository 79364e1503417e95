import { UsageError } from "../core/errors.js";
import type { Tile } from "../core/matrix.js";
import type { Runtime } from "../kernels/runtime.js";

/** The formats of a result. */
export const FORMATS = ["table", "csv", "tsv", "json", "ndjson", "markdown", "npy", "parquet"] as const;
export type Format = (typeof FORMATS)[number];

/** Whether a format is of bytes, which no terminal can show. */
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

/** Formats that a name promises and nothing here writes. */
const UNWRITTEN: ReadonlySet<string | undefined> = new Set([
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
 * The format that a file's extension stands for; csv for any other.
 *
 * @throws {UsageError} for the extension of a format that is not written.
 */
export function formatOfFile(path: string): Format {
  const extension = /\.([^./\\]+)$/.exec(path)?.[1]?.toLowerCase();
  if (UNWRITTEN.has(extension)) {
    throw new UsageError(
      `${path}: expected the extension of an output format, found .${extension}`,
      "supported: .csv .tsv .json .jsonl .md .npy .parquet; -f csv writes CSV to any name",
    );
  }
  return EXTENSIONS.get(extension) ?? "csv";
}

/** What a formatter is told of a matrix before its first tile. */
export interface MatrixHead {
  readonly rows: number;
  readonly columns: number;
  readonly rowIds: readonly string[] | null;
  readonly columnIds: readonly string[] | null;
  /** One value a row, which JSON writes without brackets of its own. */
  readonly flat: boolean;
  /** The members of the JSON object that stand before `values`. */
  readonly members: { readonly [name: string]: unknown };
}

/** A part of what is written. */
export type Chunk = string | Uint8Array;

/** Turns a matrix into text, or bytes, while its tiles go by; the chunks, joined, are the output. */
export interface MatrixFormatter<T extends Chunk = string> {
  begin(): T;
  tile(tile: Tile): T;
  /** The same of a tile as bytes, each part valid until the next is asked for; left out where that is no better. */
  parts?(tile: Tile, runtime: Runtime): AsyncIterable<Uint8Array>;
  /** @param members what is known only now: the members of the JSON object that stand behind `values`. */
  end(members: { readonly [name: string]: unknown }): T;
}

/** A cell of a record; null where there is nothing to say. */
export type Cell = string | number | null;

/** What a column of records holds beside nulls: texts, doubles, or whole numbers, such as ranks and indices. */
export type ColumnKind = "text" | "number" | "whole";

/** The kind of a column of rows, which are called by their ids where they have any, else by their indices. */
export const kindOfRows = (ids: readonly string[] | null): ColumnKind => (ids ? "text" : "whole");

/** A list of records of one shape, such as the losses of each anchor. */
export interface Records {
  /** In the spelling of CSV: `closest_negative`. */
  readonly columns: readonly string[];
  /** One a column; a number among texts is a number in formats that have no kinds. */
  readonly kinds: readonly ColumnKind[];
  readonly rows: Iterable<readonly Cell[]>;
}
