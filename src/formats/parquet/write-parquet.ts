import type { Tile } from "../../core/matrix.js";
import {
  type Cell,
  isList,
  itemsOf,
  type MatrixFormatter,
  type MatrixHead,
  type RecordCell,
  type Records,
  type Writer,
} from "../../output/format.js";
import { listLevels, NO_LEVELS } from "./write-levels.js";
import { doubleColumn, integerColumn, listColumn, listOf, ParquetTable, textColumn } from "./write-table.js";

export const parquetWriter: Writer = { matrix: parquetMatrix, records: parquetRecords };

/** Sizes of a page and of a row group, in whole rows. A reader holds a row group in memory. */
const PAGE_BYTES = 1 << 20;
const GROUP_BYTES = 1 << 26;

/**
 * Formats a matrix as a Parquet table: a column `id` if the rows have ids, and a column of lists called `vector`; a
 * matrix of one value per row is a column of doubles.
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

/** Number of records per row group. */
const GROUP_RECORDS = 1 << 17;

const KINDS = {
  text: {
    column: (name: string) => textColumn(name, false),
    value: (cell: Cell) => (cell === null ? null : String(cell)),
  },
  number: { column: (name: string) => doubleColumn(name, false), value: (cell: Cell) => cell },
  whole: { column: integerColumn, value: (cell: Cell) => (cell === null ? null : BigInt(cell)) },
};

function columnOf(name: string, kind: Records["kinds"][number]): ReturnType<typeof textColumn> {
  const { item, isList } = itemsOf(kind);
  return isList ? listOf(name, KINDS[item].column("element")) : KINDS[item].column(name);
}

function storedValue(cell: RecordCell, kind: Records["kinds"][number]): unknown {
  const value: (cell: Cell) => unknown = KINDS[itemsOf(kind).item].value;
  return isList(cell) ? cell.map(value) : value(cell);
}

/** Formats records as a Parquet table of text, doubles, integers and lists of them, according to their columns. */
export function* parquetRecords({ columns, kinds, rows }: Records): Generator<Uint8Array> {
  const table = new ParquetTable(columns.map((name, i) => columnOf(name, kinds[i])));
  const groupOf = (records: readonly (readonly RecordCell[])[]) => {
    const data = columns.map((name, i) => ({ name, data: records.map((row) => storedValue(row[i], kinds[i])) }));
    return table.group(records.length, data);
  };
  let group: (readonly RecordCell[])[] = [];
  for (const row of rows) {
    group.push(row);
    if (group.length < GROUP_RECORDS) continue;
    yield groupOf(group);
    group = [];
  }
  if (group.length > 0) yield groupOf(group);
  yield table.end();
}
