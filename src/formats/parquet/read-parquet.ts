import { parquetSchema } from "hyparquet";
import { NoRowsError } from "../../core/errors.js";
import type { Numbers } from "../../core/vectors.js";
import { cellPlace, expectFinite } from "../../input/finite.js";
import { openAnywhere } from "../../input/random-access.js";
import { BATCH_BYTES, type ReadOptions, type RowBatch, shareOf } from "../../input/reader.js";
import type { Source } from "../../input/source.js";
import { columnRoles } from "../column-roles.js";
import { type Page, readPages } from "./chunk.js";
import { Cursor } from "./cursor.js";
import { damaged, decodeAt } from "./damage.js";
import { readFooter } from "./footer.js";
import { ListRows } from "./lists.js";
import { type Column, columnsOf } from "./schema.js";
import { NUMBERS, NUMBERS_OR_NAN, TEXTS } from "./values.js";

/**
 * Reads the vectors of a Parquet file in parts of pages: from one column of lists of numbers, all of equal length, or
 * from numeric columns. The ids are those of a column called `id` or similar (see `column-roles.ts`), otherwise of column 1
 * if it is text. A null is an error, or NaN for a number where `nonFinite` is `keep`.
 *
 * The metadata is at the end of a Parquet file: input from a pipe is held in memory.
 *
 * @throws {DataError} naming the row and column of a value that is not a number, or the byte offset of damaged data.
 * @throws {UsageError} for a column that does not exist.
 */
export async function* readParquet(source: Source, options: ReadOptions): AsyncGenerator<RowBatch> {
  const file = await openAnywhere(source);
  const { name } = file;
  try {
    const metadata = await readFooter(file);
    const { vectors, id, label } = decodeAt(name, file.size, () =>
      columnRoles(columnsOf(parquetSchema(metadata)), options, name),
    );
    const isList = vectors[0].isList;
    const lists = new ListRows(name, vectors[0].name, file.size);
    const columnNames = isList ? null : vectors.map((column) => column.name);
    const numbers = options.nonFinite === "keep" ? NUMBERS_OR_NAN : NUMBERS;
    const fileRows = metadata.row_groups.reduce((sum, group) => sum + Number(group.num_rows), 0);
    const share = shareOf(options)?.(fileRows);
    const [firstWanted, endWanted] = share ?? [0, Number.POSITIVE_INFINITY];
    const ofShare = share && { ofShare: { firstRow: firstWanted, fileRows } };
    let row = 0;
    for (const group of metadata.row_groups) {
      // Row groups without a wanted row are not read.
      if (share && (row + Number(group.num_rows) <= firstWanted || row >= endWanted)) {
        row += Number(group.num_rows);
        continue;
      }
      const texts = (column: Column | null) => column && new Cursor(readPages(file, group, column, TEXTS, row));
      const [ids, labels] = [texts(id), texts(label)];
      const end = row + Number(group.num_rows);
      const pages = (column: Column) => readPages(file, group, column, numbers, row);
      const read = isList ? listRows(pages(vectors[0]), lists) : tableRows(vectors.map(pages), end - row);
      for await (const values of read) {
        const width = isList ? lists.columns : vectors.length;
        const rows = values.length / width;
        const first = row;
        row += rows;
        if (row > end) break;
        expectFinite(
          values,
          (index) => {
            const column = index % width;
            return cellPlace(name, first + Math.floor(index / width), columnNames?.[column] ?? column);
          },
          options,
        );
        const [from, to] = [Math.max(0, firstWanted - first), Math.min(rows, endWanted - first)];
        const wanted = <T>(texts: readonly T[]) => (to - from === rows ? texts : texts.slice(from, to));
        const batch = {
          rows: to - from,
          columns: width,
          values: values.subarray(from * width, to * width),
          ids: ids && wanted(joined(await ids.take(rows))),
          labels: labels && wanted(joined(await labels.take(rows))),
          lines: null,
          columnNames,
          ...ofShare,
        };
        if (batch.rows > 0) yield batch;
      }
      if (row !== end) throw damaged(name, file.size, `${row} rows in the place of ${end}`);
    }
    if (row === 0) throw new NoRowsError(`${name}: expected rows of numbers, found an empty table`);
  } finally {
    await file.close();
  }
}

const joined = (parts: (readonly string[])[]) => (parts.length === 1 ? parts[0] : parts.flat());

/** Number of values decoded at once. */
const PART = 1 << 17;

async function* listRows(pages: AsyncIterable<Page<Numbers>>, lists: ListRows): AsyncGenerator<Numbers> {
  for await (const page of pages) {
    while (page.left > 0) {
      const values = lists.add(page.take(PART));
      if (values.length > 0) yield values;
    }
  }
  const last = lists.finish();
  if (last.length > 0) yield last;
}

async function* tableRows(
  columns: readonly AsyncGenerator<Page<Numbers>>[],
  rowsOfGroup: number,
): AsyncGenerator<Numbers> {
  const width = columns.length;
  const cursors = columns.map((pages) => new Cursor(pages));
  const rowsAtOnce = Math.max(1, Math.floor(BATCH_BYTES / (8 * width)));
  for (let left = rowsOfGroup; left > 0; left -= rowsAtOnce) {
    const rows = Math.min(left, rowsAtOnce);
    const parts: Numbers[][] = [];
    for (const cursor of cursors) parts.push(await cursor.take(rows));
    const values = new Float64Array(rows * width);
    parts.forEach((ofColumn, column) => {
      let at = column;
      for (const part of ofColumn) for (let i = 0; i < part.length; i++, at += width) values[at] = part[i];
    });
    yield values;
  }
}
