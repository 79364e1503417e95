import type { Numbers } from "../../core/vectors.js";
import { cellPlace, expectFinite } from "../../input/finite.js";
import { openInPlace } from "../../input/random-access.js";
import { BATCH_BYTES, type ReadOptions, type RowBatch, shareOf } from "../../input/reader.js";
import type { Source } from "../../input/source.js";
import { columnRoles } from "../column-roles.js";
import { ArrowTable, readBatchesOf } from "./arrow-table.js";
import type { Batch } from "./batch.js";
import { type Column, columnsOf } from "./schema.js";

/** The minimum number of rows that are read at once from columns, each of which is a read of the file. */
const MIN_ROWS = 4096;

/**
 * Reads the vectors of an Arrow file (Feather version 2) or an Arrow stream, one part of a record batch at a time: from
 * one column of lists of numbers, all of equal length, or from numeric columns. Columns have the same roles as in
 * Parquet (see `column-roles.ts`). A null is an error, or NaN for a number where `nonFinite` is `keep`.
 *
 * @throws {DataError} naming the row and column of a value that is not a number, or the byte offset of damaged data.
 * @throws {UsageError} for a column that does not exist.
 */
export async function* readArrow(source: Source, options: ReadOptions): AsyncGenerator<RowBatch> {
  const share = shareOf(options);
  const fileRows = share ? await rowsInPlace(source, options) : null;
  const [first, end] = (fileRows !== null && share?.(fileRows)) || [0, Number.POSITIVE_INFINITY];
  const ofShare = fileRows !== null && { ofShare: { firstRow: first, fileRows } };
  let columns = 0;
  for await (const { roles, batch, firstRow } of batchesOf(source, options)) {
    if (firstRow >= end) break;
    const [begin, stop] = [Math.max(0, first - firstRow), Math.min(batch.rows, end - firstRow)];
    if (begin >= stop) continue;
    const { vectors, id, label } = roles;
    const [{ isList }] = vectors;
    const columnNames = isList ? null : vectors.map((column) => column.name);
    if (batch.rows > 0 && columns === 0) columns = isList ? await batch.width(vectors[0], 0) : vectors.length;
    const fitting = Math.floor(BATCH_BYTES / (8 * columns));
    const rowsAtOnce = Math.max(isList ? 1 : MIN_ROWS, fitting);
    for (let from = begin; from < stop; from += rowsAtOnce) {
      const rows = Math.min(rowsAtOnce, stop - from);
      const values = isList
        ? await batch.lists(vectors[0], from, rows, columns)
        : await tableRows(batch, vectors, from, rows);
      expectFinite(
        values,
        (index) => {
          const column = index % columns;
          const row = firstRow + from + Math.floor(index / columns);
          return cellPlace(source.name, row, columnNames?.[column] ?? column);
        },
        options,
      );
      const ids = id && (await batch.texts(id, from, rows));
      const labels = label && (await batch.texts(label, from, rows));
      yield { rows, columns, values, ids, labels, lines: null, columnNames, ...ofShare };
    }
  }
}

/** Yields the record batches, with the columns that the options choose. */
const batchesOf = (source: Source, options: ReadOptions) =>
  readBatchesOf(
    source,
    (name, message) =>
      new ArrowTable(
        name,
        message,
        (schema) => columnRoles(columnsOf(schema), options, name),
        ({ vectors, id, label }) => [...vectors, id, label].filter((column) => column !== null),
        options.nonFinite === "keep",
      ),
  );

/** Returns the number of rows by the heads of the record batches; null for a file that cannot be read in place. */
async function rowsInPlace(source: Source, options: ReadOptions): Promise<number | null> {
  const file = await openInPlace(source);
  if (!file) return null;
  await file.close();
  let rows = 0;
  for await (const { batch } of batchesOf(source, options)) rows += batch.rows;
  return rows;
}

async function tableRows(batch: Batch, columns: readonly Column[], from: number, rows: number): Promise<Numbers> {
  const width = columns.length;
  let values = new Float64Array(0);
  for (const [at, column] of columns.entries()) {
    const ofColumn = await batch.numbers(column, from, rows);
    // Memory is allocated for rows that exist.
    if (at === 0) values = new Float64Array(rows * width);
    for (let i = 0; i < rows; i++) values[i * width + at] = ofColumn[i];
  }
  return values;
}
