import type { Block, Tile } from "../core/matrix.js";
import type { Runtime } from "../kernels/runtime.js";
import type { StoredType } from "./stored-numbers.js";

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
  readonly picture?: PictureText;
}

/** What a picture shows beside the cells. */
export interface PictureText {
  readonly title: string;
  /** The smallest and largest possible value. */
  readonly range: readonly [number, number];
  /** The names of the files of the rows and the columns. */
  readonly sides: readonly [string, string];
}

/** A part of the output. */
export type Chunk = string | Uint8Array;

/** Formats a matrix as text or bytes, tile by tile; the output is the concatenation of the chunks. */
export interface MatrixFormatter<T extends Chunk = string> {
  begin(): T;
  tile(tile: Tile): T;
  /** Takes any part of the matrix, in any order; absent if the format needs complete rows in order. */
  block?(block: Block): void;
  /** Formats a tile as bytes in parts, each valid until the next is requested; absent if it is not faster. */
  parts?(tile: Tile, runtime: Runtime): AsyncIterable<Uint8Array>;
  /** @param members the members of the JSON object after `values`. */
  end(members: { readonly [name: string]: unknown }): T;
}

/** How numbers and ids are written. */
export interface WriteOptions {
  /** Digits after the decimal point; null for the shortest text that reads back to the same double. */
  readonly precision: number | null;
  /** Whether ids make a first row and a first column of csv and tsv. */
  readonly header: boolean;
  /** The type of the numbers, in formats of several types. Default: `f64`. */
  readonly store?: StoredType;
  /** Receives notes about what the format cannot hold. */
  readonly note?: (message: string) => void;
}

/** Writes results in one format. */
export interface Writer {
  matrix(head: MatrixHead, options: WriteOptions): MatrixFormatter<Chunk>;
  /** Missing in a format that has no place for a list of records. */
  records?(records: Records, options: WriteOptions): Iterable<Chunk>;
}

/** A cell of a record; null if it has no value. */
export type Cell = string | number | null;

/** The type of a column of records, besides nulls: text, doubles, or integers such as ranks and indices. */
export type ColumnKind = "text" | "number" | "whole";

/** The type of a column of lists of texts, doubles or integers. */
export type ListKind = `list of ${ColumnKind}`;

/** A cell of a record, or a list of them. */
export type RecordCell = Cell | readonly Cell[];

/** Returns the type of the items of lists, or of the cells of another column, and which of the two it is. */
export function itemsOf(kind: ColumnKind | ListKind): { readonly item: ColumnKind; readonly isList: boolean } {
  const item = kind.replace("list of ", "") as ColumnKind;
  return { item, isList: item !== kind };
}

export const isList = (cell: RecordCell): cell is readonly Cell[] => Array.isArray(cell);

/** Returns the type of a column that identifies rows: by id if there are ids, otherwise by index. */
export const kindOfRows = (ids: readonly string[] | null): ColumnKind => (ids ? "text" : "whole");

/** Records with the same columns, such as the losses of each anchor. */
export interface Records {
  /** In snake case, the same in every format: `closest_negative`. */
  readonly columns: readonly string[];
  /** How many of the last columns have names from data, and numbers that are not rounded; default: none. */
  readonly dataColumns?: number;
  /** One per column. In formats without types, a number in a text column is written as a number. */
  readonly kinds: readonly (ColumnKind | ListKind)[];
  readonly rows: Iterable<readonly RecordCell[]>;
}
