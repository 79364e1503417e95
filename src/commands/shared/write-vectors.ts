import { UsageError } from "../../core/errors.js";
import { doublesOf, type VectorSet } from "../../core/vectors.js";
import { loadWriter, type PlainFormat } from "../../formats/writers.js";
import type { Chunk, MatrixFormatter, MatrixHead } from "../../output/format.js";
import type { Context } from "../../shell/context.js";
import { writeLines, writeRows } from "../../shell/writers.js";
import { windowOf } from "../../tables/grid.js";
import { vectorsTable } from "../similarity/matrix-table.js";
import { shownIds } from "./shown-ids.js";

/** How a set of vectors is written, beside what all commands are told. */
export interface VectorsView {
  /** What stands above a table. */
  readonly title: string;
  /** What the JSON object tells before the shape. */
  readonly members: { readonly [name: string]: unknown };
  /** Whether ids and names of columns are written where the format has a choice. */
  readonly header: boolean;
  /** Who writes them in place of the format. */
  readonly formatter?: (head: MatrixHead) => MatrixFormatter<Chunk>;
}

/** @throws {UsageError} for a file that would be a table, of a few of the numbers, only because of its name. */
export function expectWholeVectors({ format, options }: Context): void {
  const { output, format: asked, full, heatmap } = options;
  if (format !== "table" || output === undefined || output === "-" || asked || full || heatmap) return;
  throw new UsageError(
    `${output}: expected a format that keeps all numbers, found a table`,
    "-f csv writes CSV to any name; -f table writes the table",
  );
}

/** Writes a set of vectors as a matrix: as a table, or whole in any other format. */
export async function writeVectors(context: Context, set: VectorSet, view: VectorsView): Promise<void> {
  const { rows, dimensions, ids, columnNames } = set;
  const { format, options } = context;
  const shown = shownIds(context);
  const head: MatrixHead = {
    rows,
    columns: dimensions,
    rowIds: shown(ids),
    columnIds: shown(columnNames),
    flat: false,
    members: { ...view.members, shape: [rows, dimensions], ids, columns: columnNames },
  };
  const values = doublesOf(set.values);
  const special = view.formatter?.(head);
  if (format === "table" && !special) {
    const table = await context.tableOptions([head.rowIds, head.columnIds]);
    const window = windowOf(head, table);
    window.add({ firstRow: 0, rows, columns: dimensions, values });
    return writeLines(context, vectorsTable(head, view.title, window, table));
  }
  const formatter =
    special ??
    (await loadWriter(format as PlainFormat)).matrix(head, {
      precision: options.precision ?? null,
      header: view.header,
    });
  await context.write(formatter.begin());
  await writeRows(context, formatter, values, dimensions);
  await context.write(formatter.end({}));
}
