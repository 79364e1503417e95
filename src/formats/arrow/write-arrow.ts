import type { Tile } from "../../core/matrix.js";
import type { Cell, MatrixFormatter, MatrixHead, Records, Writer } from "../../output/format.js";
import {
  ArrowWriter,
  doubleField,
  integerField,
  storedDoubles,
  storedIntegers,
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

/** Formats records as an Arrow file of text, doubles and integers, according to their columns. */
export function* arrowRecords({ columns, kinds, rows }: Records): Generator<Uint8Array> {
  const writer = new ArrowWriter(columns.map((name, i) => KINDS[kinds[i]].field(name)));
  const batchOf = (records: readonly (readonly Cell[])[]) =>
    writer.batch(kinds.map((kind, i) => KINDS[kind].stored(records.map((row) => row[i]))));
  yield writer.begin();
  let batch: (readonly Cell[])[] = [];
  for (const row of rows) {
    batch.push(row);
    if (batch.length < BATCH_RECORDS) continue;
    yield batchOf(batch);
    batch = [];
  }
  if (batch.length > 0) yield batchOf(batch);
  yield writer.end();
}
