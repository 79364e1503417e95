import type { ColumnSource } from "hyparquet-writer";
import type { Cell, MatrixFormatter, MatrixHead, Records } from "./format.js";
import { doubleColumn, listColumn, ParquetTable, textColumn, wholeColumn } from "./parquet-table.js";

/** A dictionary of random numbers, or packing them, saves nothing. */
const AS_THEY_ARE = { encoding: "PLAIN", codec: "UNCOMPRESSED", statistics: false } as const;

/**
 * A matrix as a Parquet table: a column `id` where the rows have ids, and a column of lists called `vector`; one value a
 * row as a column of doubles.
 */
export function parquetMatrix({ rowIds, columns, flat, columnIds }: MatrixHead): MatrixFormatter<Uint8Array> {
  const name = flat ? (columnIds?.[0] ?? "value") : "vector";
  const values = flat ? doubleColumn(name, true) : listColumn(name);
  const table = new ParquetTable(rowIds ? [textColumn("id", true), values] : [values]);
  return {
    begin: () => new Uint8Array(0),
    tile(tile) {
      const { firstRow, rows } = tile;
      const lists = () =>
        Array.from({ length: rows }, (_, i) => Array.from(tile.values.subarray(i * columns, (i + 1) * columns)));
      const data: ColumnSource[] = [{ name, data: flat ? tile.values : lists(), ...AS_THEY_ARE }];
      if (rowIds) data.unshift({ name: "id", data: rowIds.slice(firstRow, firstRow + rows) });
      return table.group(rows, data);
    },
    end: () => table.end(),
  };
}

/** Records in a group of rows. */
const GROUP_RECORDS = 1 << 17;

/** Records as a Parquet table of texts, doubles and, in columns of indices and ranks, whole numbers. */
export function* parquetRecords({ columns, rows, exact = [] }: Records): Generator<Uint8Array> {
  let writer: GroupWriter | null = null;
  let group: (readonly Cell[])[] = [];
  for (const row of rows) {
    group.push(row);
    if (group.length < GROUP_RECORDS) continue;
    writer ??= groupWriter(columns, group, exact);
    yield writer.write(group);
    group = [];
  }
  writer ??= groupWriter(columns, group, exact);
  if (group.length > 0) yield writer.write(group);
  yield writer.end();
}

interface GroupWriter {
  write(group: readonly (readonly Cell[])[]): Uint8Array;
  end(): Uint8Array;
}

/** Settles the types of the columns from the first records. */
function groupWriter(
  columns: readonly string[],
  first: readonly (readonly Cell[])[],
  exact: readonly string[],
): GroupWriter {
  const types = columns.map((name, i) =>
    typeOf(
      exact.includes(name) || COUNTS.test(name),
      first.map((row) => row[i]),
    ),
  );
  const table = new ParquetTable(columns.map((name, i) => types[i].column(name)));
  return {
    write(group) {
      const data = columns.map((name, i) => ({ name, data: group.map((row) => types[i].value(row[i])) }));
      return table.group(group.length, data);
    },
    end: () => table.end(),
  };
}

const TEXT = {
  column: (name: string) => textColumn(name, false),
  value: (cell: Cell) => (cell === null ? null : String(cell)),
};
const DOUBLE = { column: (name: string) => doubleColumn(name, false), value: (cell: Cell) => cell };
const WHOLE = { column: wholeColumn, value: (cell: Cell) => (cell === null ? null : BigInt(cell)) };

/** What counts in one record counts in all of them; other numbers may be whole by chance. */
const COUNTS = /(?:^|_)(?:index|anchor|row|column)$/;

function typeOf(counts: boolean, cells: readonly Cell[]): typeof TEXT | typeof DOUBLE | typeof WHOLE {
  if (cells.some((cell) => typeof cell === "string")) return TEXT;
  return counts && cells.every((cell) => cell === null || Number.isSafeInteger(cell)) ? WHOLE : DOUBLE;
}
