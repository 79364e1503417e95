import type { Tile } from "../../core/matrix.js";
import {
  type Cell,
  itemsOf,
  type MatrixFormatter,
  type MatrixHead,
  type RecordCell,
  type Records,
  type Writer,
} from "../../output/format.js";
import {
  ArrowWriter,
  doubleField,
  integerField,
  listField,
  type Stored,
  storedDoubles,
  storedIntegers,
  storedLists,
  storedTexts,
  textField,
  vectorField,
  withoutNulls,
} from "./write-table.js";

export const arrowWriter: Writer = { matrix: arrowMatrix, records: arrowRecords };

/** Sizes of a record batch, which a reader may hold in memory. */
const BATCH_BYTES = 1 << 26;
const BATCH_ROWS = 1 << 20;

/**
 * Formats a matrix as an Arrow file: a column `id` if the rows have ids, and a column of lists of fixed size called
 * `vector`; a matrix of one value per row is a column of doubles.
 */
export function arrowMatrix({ rows, rowIds, columns, flat, columnIds }: MatrixHead): MatrixFormatter<Uint8Array> {
  const values = flat ? doubleField(columnIds?.[0] ?? "value", false) : vectorField("vector", columns);
  const writer = new ArrowWriter(rowIds ? [textField("id", false), values] : [values]);
  const batchRows = Math.min(BATCH_ROWS, Math.max(1, Math.floor(BATCH_BYTES / (8 * columns))));
  let firstRow = 0;
  /** Number of values that are missing in the current batch. */
  let left = 0;

  function openBatch(): Uint8Array {
    const count = Math.min(batchRows, rows - firstRow);
    const ids = rowIds ? [storedTexts(rowIds.slice(firstRow, firstRow + count))] : [];
    const lists = flat ? [] : [withoutNulls(count)];
    firstRow += count;
    left = count * columns;
    return writer.batch([...ids, ...lists, withoutNulls(left)], 8 * left);
  }

  function* parts({ values: cells }: Tile): Generator<Uint8Array> {
    for (let at = 0; at < cells.length; ) {
      if (left === 0) yield openBatch();
      // A stream may keep the bytes, but the memory of a tile is reused.
      const part = cells.slice(at, at + left);
      yield new Uint8Array(part.buffer);
      left -= part.length;
      at += part.length;
    }
  }

  return {
    begin: () => writer.begin(),
    tile: (tile) => Buffer.concat([...parts(tile)]),
    async *parts(tile) {
      yield* parts(tile);
    },
    end: () => writer.end(),
  };
}

/** Number of records per batch. */
const BATCH_RECORDS = 1 << 17;

const KINDS = {
  text: { field: (name: string) => textField(name, true), stored: storedTexts },
  number: { field: (name: string) => doubleField(name, true), stored: storedDoubles },
  whole: { field: integerField, stored: storedIntegers },
};

function fieldOf(name: string, kind: Records["kinds"][number]): ReturnType<typeof integerField> {
  const { item, isList } = itemsOf(kind);
  return isList ? listField(name, KINDS[item].field("item")) : KINDS[item].field(name);
}

function storedColumn(cells: readonly RecordCell[], kind: Records["kinds"][number]): readonly Stored[] {
  const { item, isList } = itemsOf(kind);
  const { stored } = KINDS[item];
  return isList ? storedLists(cells as readonly (readonly Cell[])[], stored) : [stored(cells as readonly Cell[])];
}

/** Formats records as an Arrow file of text, doubles, integers and lists of them, according to their columns. */
export function* arrowRecords({ columns, kinds, rows }: Records): Generator<Uint8Array> {
  const writer = new ArrowWriter(columns.map((name, i) => fieldOf(name, kinds[i])));
  const batchOf = (records: readonly (readonly RecordCell[])[]) => {
    const nodes = kinds.map((kind, i) =>
      storedColumn(
        records.map((row) => row[i]),
        kind,
      ),
    );
    return writer.batch(nodes.flat());
  };
  yield writer.begin();
  let batch: (readonly RecordCell[])[] = [];
  for (const row of rows) {
    batch.push(row);
    if (batch.length < BATCH_RECORDS) continue;
    yield batchOf(batch);
    batch = [];
  }
  if (batch.length > 0) yield batchOf(batch);
  yield writer.end();
}
