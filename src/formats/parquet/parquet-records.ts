import { parquetSchema } from "hyparquet";
import { openAnywhere } from "../../input/random-access.js";
import type { Source } from "../../input/source.js";
import type { Cell } from "../../output/format.js";
import { RECORDS_AT_ONCE, type RecordBatch } from "../records.js";
import { namedColumns, numberCells } from "../typed-records.js";
import { readPages } from "./chunk.js";
import { Cursor } from "./cursor.js";
import { decodeAt } from "./damage.js";
import { readFooter } from "./footer.js";
import { columnsOf } from "./schema.js";
import { NUMBERS_OR_NAN, TEXTS_OR_NULL } from "./values.js";

/** Reads columns of a Parquet file (see `records.ts`). */
export async function* readParquetRecords(source: Source, names: readonly string[]): AsyncGenerator<RecordBatch> {
  const file = await openAnywhere(source);
  try {
    const metadata = await readFooter(file);
    const columns = decodeAt(file.name, file.size, () =>
      namedColumns(columnsOf(parquetSchema(metadata)), names, file.name),
    );
    let first = 0;
    for (const group of metadata.row_groups) {
      const start = first;
      const cursors = columns.map((column) => {
        if (!column) return null;
        if (column.isNumeric) {
          const numbers = new Cursor(readPages(file, group, column, NUMBERS_OR_NAN, start));
          return async (rows: number): Promise<Cell[]> => (await numbers.take(rows)).flatMap(numberCells);
        }
        const texts = new Cursor(readPages(file, group, column, TEXTS_OR_NULL, start));
        return async (rows: number): Promise<Cell[]> => (await texts.take(rows)).flat();
      });
      const count = Number(group.num_rows);
      for (let row = 0; row < count; row += RECORDS_AT_ONCE) {
        const rows = Math.min(RECORDS_AT_ONCE, count - row);
        const cells: (readonly Cell[] | null)[] = [];
        for (const take of cursors) cells.push(take && (await take(rows)));
        yield { rows, lines: null, cells };
      }
      first += count;
    }
  } finally {
    await file.close();
  }
}
