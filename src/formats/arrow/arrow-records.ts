import type { Source } from "../../input/source.js";
import type { Cell } from "../../output/format.js";
import { RECORDS_AT_ONCE, type RecordBatch } from "../records.js";
import { namedColumns, numberCells } from "../typed-records.js";
import { ArrowTable, readBatchesOf } from "./arrow-table.js";
import { columnsOf } from "./schema.js";

/** Reads columns of an Arrow file or stream (see `records.ts`). */
export async function* readArrowRecords(source: Source, names: readonly string[]): AsyncGenerator<RecordBatch> {
  const batches = readBatchesOf(
    source,
    (name, message) =>
      new ArrowTable(
        name,
        message,
        (schema) => namedColumns(columnsOf(schema), names, name),
        (columns) => columns.filter((column) => column !== null),
        true,
      ),
  );
  for await (const { roles, batch } of batches) {
    for (let from = 0; from < batch.rows; from += RECORDS_AT_ONCE) {
      const rows = Math.min(RECORDS_AT_ONCE, batch.rows - from);
      const cells: (readonly Cell[] | null)[] = [];
      for (const column of roles) {
        if (!column) cells.push(null);
        else if (column.isNumeric) cells.push(numberCells(await batch.numbers(column, from, rows)));
        else cells.push(await batch.textsOrNull(column, from, rows));
      }
      yield { rows, lines: null, cells };
    }
  }
}
