import { escapeControls } from "../output/escape.js";
import type { Cell, Records } from "../output/format.js";
import { columnFormats, numberFormat } from "../output/number.js";
import { alignColumns, GAP } from "./columns.js";
import type { TableOptions } from "./grid.js";
import { truncate } from "./width.js";

/** So many records a person looks through; the first of them tell most. */
const RECORDS_SHOWN = 60;
const LONGEST_TEXT = 24;

/** Records, a line each, under a title: the first ones, or all of them under `--full`. */
export function recordsTable(records: Records, title: string, options: TableOptions): string[] {
  const { columns, rows } = records;
  const { paint, precision, textWidth, width, full } = options;
  const number = numberFormat(precision, "nan");
  const numbers = columnFormats(records, number);
  const textOf = (cell: Cell, i: number) => {
    if (cell === null) return "-";
    if (typeof cell === "number") return numbers[i](cell);
    return truncate(escapeControls(cell), full ? Number.POSITIVE_INFINITY : LONGEST_TEXT, textWidth);
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
