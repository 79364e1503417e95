import type { SchemaElement } from "hyparquet";
import { integerColumn, listColumn, ParquetTable, textColumn } from "./write-table.js";

/** The neighbours of n rows, as columns of a table. */
export interface NeighbourColumns {
  /** n ids, or null to number the rows from 0. */
  readonly ids: readonly string[] | null;
  /** n labels; null without a column of labels. */
  readonly labels: readonly (string | null)[] | null;
  /** Maximum number of neighbours of a row. */
  readonly k: number;
  /** Number of neighbours of each of the n rows. */
  readonly counts: Int32Array;
  /** n×k row numbers of neighbours, nearest first. */
  readonly rows: Int32Array;
  /** Returns the distance of the neighbour at an index of `rows`. */
  distanceAt(index: number): number;
}

const SCHEMA: SchemaElement[] = [
  { name: "neighbors", repetition_type: "REQUIRED", num_children: 2 },
  ...listColumn("ids", "INT32"),
  ...listColumn("distances", "DOUBLE"),
];

/** Number of neighbours per row group. */
const GROUP_NEIGHBOURS = 1 << 20;

/**
 * Formats neighbours as a Parquet table with the columns `id`, `neighbors` and, if there are labels, `label`. A cell of
 * `neighbors` is a struct of two lists of equal length: `ids`, which are row numbers, and `distances`.
 *
 * @see https://apple.github.io/embedding-atlas/tool.html
 */
export function* parquetNeighbours({
  ids,
  labels,
  k,
  counts,
  rows,
  distanceAt,
}: NeighbourColumns): Generator<Uint8Array> {
  const idColumn = ids ? textColumn("id", true) : integerColumn("id");
  const table = new ParquetTable([idColumn, SCHEMA, ...(labels ? [textColumn("label", false)] : [])]);
  const neighboursOf = (row: number) => {
    const first = row * k;
    const found = Array.from(rows.subarray(first, first + counts[row]));
    return { ids: found, distances: found.map((_, rank) => distanceAt(first + rank)) };
  };
  const groupRows = Math.max(1, Math.floor(GROUP_NEIGHBOURS / k));
  for (let first = 0; first < counts.length; first += groupRows) {
    const size = Math.min(groupRows, counts.length - first);
    const numbers = Array.from({ length: size }, (_, i) => first + i);
    yield table.group(size, [
      { name: "id", data: ids?.slice(first, first + size) ?? numbers.map(BigInt) },
      { name: "neighbors", data: numbers.map(neighboursOf) },
      ...(labels ? [{ name: "label", data: labels.slice(first, first + size) }] : []),
    ]);
  }
  yield table.end();
}
