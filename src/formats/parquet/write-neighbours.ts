import type { SchemaElement } from "hyparquet";
import { integerColumn, listColumn, ParquetTable, textColumn } from "./write-table.js";

/** The neighbours of n rows, as columns of a table. */
export interface NeighbourColumns {
  /** n ids, or null to number the rows from 0. */
  readonly ids: readonly string[] | null;
  /** Maximum number of neighbours of a row. */
  readonly k: number;
  /** Number of neighbours of each of the n rows. */
  readonly counts: Int32Array;
  /** n×k row numbers of neighbours, nearest first. */
  readonly rows: Int32Array;
  /** Returns the distance of the neighbour at an index of `rows`. */
  distanceAt(index: number): number;
}

/** A column of the table besides the ids. */
interface AddedColumn {
  readonly schema: SchemaElement[];
  cellOf(row: number): unknown;
}

/** Number of neighbours per row group. */
const GROUP_NEIGHBOURS = 1 << 20;

/**
 * Formats neighbours as Embedding Atlas reads them: a Parquet table with the columns `id`, `neighbors` and, if there are labels,
 * `label`. A cell of `neighbors` is a struct of two lists of equal length: `ids`, which are row numbers, and `distances`.
 *
 * @param labels n labels; null without a column of labels.
 * @see https://apple.github.io/embedding-atlas/tool.html
 */
export function atlasNeighbours(
  found: NeighbourColumns,
  labels: readonly (string | null)[] | null,
): Generator<Uint8Array> {
  const struct: SchemaElement = { name: "neighbors", repetition_type: "REQUIRED", num_children: 2 };
  return neighbourTable(found, [
    {
      schema: [struct, ...listColumn("ids", "INT32"), ...listColumn("distances")],
      cellOf: (row) => ({ ids: rowsOf(found, row), distances: distancesOf(found, row) }),
    },
    ...(labels ? [{ schema: textColumn("label", false), cellOf: (row: number) => labels[row] }] : []),
  ]);
}

/**
 * Formats neighbours as ground truth of VectorDBBench: a Parquet table with the columns `id` and `neighbors_id`, a list of row
 * numbers, and with their `distances`, which VectorDBBench does not read.
 *
 * @see https://github.com/zilliztech/VectorDBBench (backend/dataset.py)
 */
export function groundTruthNeighbours(found: NeighbourColumns): Generator<Uint8Array> {
  return neighbourTable(found, [
    { schema: listColumn("neighbors_id", "INT32"), cellOf: (row) => rowsOf(found, row) },
    { schema: listColumn("distances"), cellOf: (row) => distancesOf(found, row) },
  ]);
}

const rowsOf = ({ k, counts, rows }: NeighbourColumns, row: number) =>
  Array.from(rows.subarray(row * k, row * k + counts[row]));

const distancesOf = ({ k, counts, distanceAt }: NeighbourColumns, row: number) =>
  Array.from({ length: counts[row] }, (_, rank) => distanceAt(row * k + rank));

function* neighbourTable({ ids, k, counts }: NeighbourColumns, added: readonly AddedColumn[]): Generator<Uint8Array> {
  const idColumn = ids ? textColumn("id", true) : integerColumn("id");
  const table = new ParquetTable([idColumn, ...added.map(({ schema }) => schema)]);
  const groupRows = Math.max(1, Math.floor(GROUP_NEIGHBOURS / k));
  for (let first = 0; first < counts.length; first += groupRows) {
    const size = Math.min(groupRows, counts.length - first);
    const numbers = Array.from({ length: size }, (_, i) => first + i);
    yield table.group(size, [
      { name: "id", data: ids?.slice(first, first + size) ?? numbers.map(BigInt) },
      ...added.map(({ schema, cellOf }) => ({ name: schema[0].name, data: numbers.map(cellOf) })),
    ]);
  }
  yield table.end();
}
