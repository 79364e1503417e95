import { escapeControls } from "../output/escape.js";
import { isList, type RecordCell, type Records } from "../output/format.js";
import { columnFormats, listText, numberFormat } from "../output/number.js";
import { truncate } from "../output/width.js";
import { alignColumns, GAP } from "./columns.js";
import type { TableOptions } from "./grid.js";

/** Maximum number of records without `--full`. */
const RECORDS_SHOWN = 60;
const MAX_TEXT_WIDTH = 24;

/** Formats records one per line under a title: the first ones, or all with `--full`. */
export function recordsTable(records: Records, title: string, options: TableOptions): string[] {
  const { columns, rows } = records;
  const { paint, precision, textWidth, width, full } = options;
  const number = numberFormat(precision, "nan");
  const numbers = columnFormats(records, number);
  const textOf = (cell: RecordCell, i: number) => {
    if (cell === null) return "-";
    if (typeof cell === "number") return numbers[i](cell);
    const text = isList(cell) ? listText(cell, numbers[i]) : cell;
    return truncate(escapeControls(text), full ? Number.POSITIVE_INFINITY : MAX_TEXT_WIDTH, textWidth);
  };
  const shown: string[][] = [];
  let count = 0;
  for (const row of rows) if (full || count++ < RECORDS_SHOWN) shown.push(row.map(textOf));
  const [head, ...body] = alignColumns([[...columns], ...shown], textWidth, full ? Number.POSITIVE_INFINITY : width);
  const more = count - shown.length;
  return [
    paint.bold(escapeControls(title)),
    "",
    paint.dim(head.join(GAP)),
    ...body.map((cells) => cells.join(GAP)),
    ...(more > 0 ? [paint.dim(`… and ${more} more; --full shows all of them`)] : []),
  ];
}
