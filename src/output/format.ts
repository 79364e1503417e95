import type { Tile } from "../core/matrix.js";
import type { Runtime } from "../kernels/runtime.js";

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

/** How numbers and ids are written. */
export interface WriteOptions {
  /** Digits after the decimal point; null for the shortest text that reads back to the same double. */
  readonly precision: number | null;
  /** Whether ids make a first row and a first column of csv and tsv. */
  readonly header: boolean;
}

/** Writes results in one format. */
export interface Writer {
  matrix(head: MatrixHead, options: WriteOptions): MatrixFormatter<Chunk>;
  /** Missing in a format that has no place for a list of records. */
  records?(records: Records, options: WriteOptions): Iterable<Chunk>;
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
