import type { Tile } from "../matrix.js";
import type { Cell, MatrixFormatter, MatrixHead, Records } from "./format.js";
import { listLevels, NO_LEVELS } from "./parquet-levels.js";
import { doubleColumn, listColumn, ParquetTable, textColumn, wholeColumn } from "./parquet-table.js";

/** What a page holds, of whole rows, and a group of pages: what a reader has to hold at once. */
const PAGE_BYTES = 1 << 20;
const GROUP_BYTES = 1 << 26;

/**
 * A matrix as a Parquet table: a column `id` where the rows have ids, and a column of lists called `vector`; one value a
 * row as a column of doubles.
 */
export function parquetMatrix({ rows, rowIds, columns, flat, columnIds }: MatrixHead): MatrixFormatter<Uint8Array> {
  const name = flat ? (columnIds?.[0] ?? "value") : "vector";
  const path = flat ? [name] : [name, "list", "element"];
  const values = flat ? doubleColumn(name, true) : listColumn(name);
  const table = new ParquetTable(rowIds ? [textColumn("id", true), values] : [values]);
  const pageRows = Math.max(1, Math.floor(PAGE_BYTES / (8 * columns)));
  const groupRows = pageRows * Math.max(1, Math.floor(GROUP_BYTES / (8 * columns * pageRows)));
  let firstRow = 0;
  let page = new Float64Array(0);
  let filled = 0;
  let levels = NO_LEVELS;

  function* openPage(): Generator<Uint8Array> {
    const left = rows - firstRow;
    if (firstRow % groupRows === 0) {
      const count = Math.min(groupRows, left);
      const ids = rowIds && [{ name: "id", data: rowIds.slice(firstRow, firstRow + count) }];
      yield table.openGroup(count, ids ?? [], path);
    }
    const length = Math.min(pageRows, left) * columns;
    if (!flat && length !== page.length) levels = listLevels(length / columns, columns);
    page = new Float64Array(length);
    filled = 0;
  }

  function* pages({ values }: Tile): Generator<Uint8Array> {
    for (let at = 0; at < values.length; ) {
      if (filled === page.length) yield* openPage();
      const part = values.subarray(at, at + page.length - filled);
      page.set(part, filled);
      filled += part.length;
      at += part.length;
      if (filled < page.length) break;
      yield* table.page(page, page.length / columns, levels);
      firstRow += page.length / columns;
    }
  }

  return {
    begin: () => new Uint8Array(0),
    tile: (tile) => Buffer.concat([...pages(tile)]),
    async *parts(tile) {
      yield* pages(tile);
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
