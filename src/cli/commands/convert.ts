import { readBatches } from "../../input/read-batches.js";
import type { Chunk, MatrixFormatter, MatrixHead } from "../../output/format.js";
import { numberFormat } from "../../output/number.js";
import { windowOf } from "../../output/table/grid.js";
import { vectorsTable } from "../../output/table/matrix-table.js";
import { wordVectors } from "../../output/word-vectors.js";
import { doublesOf } from "../../vectors.js";
import { type Context, readOptionsOf } from "../context.js";
import type { CommonOptions, InputOptions } from "../options.js";
import { EXIT } from "../report.js";
import { matrixFormatter, type PlainFormat, writeLines, writeRows } from "../writers.js";
import { shownIds } from "./shown-ids.js";

export interface ConvertOptions extends CommonOptions, InputOptions {}

/** The formats that say nothing of the whole before its rows, so that these can be written while they are read. */
const STREAMED: ReadonlySet<string> = new Set(["csv", "tsv", "ndjson", "markdown"]);

/** `simcli convert <a>` */
export async function runConvert(context: Context, path: string, options: ConvertOptions): Promise<number> {
  await context.prepare();
  const asWords = !options.format && !options.json && /\.vec$/i.test(options.output ?? "");
  if (!asWords && STREAMED.has(context.format))
    await convertStream(context, context.format as PlainFormat, path, options);
  else await convertWhole(context, path, options, asWords);
  await context.commit();
  return EXIT.done;
}

/** Writes the rows while they are read; only the ids are kept. */
async function convertStream(
  context: Context,
  format: PlainFormat,
  path: string,
  options: ConvertOptions,
): Promise<void> {
  const shown = shownIds(context);
  const rowIds: string[] = [];
  let formatter: MatrixFormatter<Chunk> | null = null;
  let firstRow = 0;
  for await (const batch of readBatches(await context.open(path), readOptionsOf(options))) {
    const { rows, columns, values, ids, columnNames } = batch;
    for (const id of shown(ids) ?? []) rowIds.push(id);
    if (!formatter) {
      const head = {
        rows,
        columns,
        rowIds: ids && rowIds,
        columnIds: shown(columnNames),
        flat: false,
        members: {},
      };
      formatter = await matrixFormatter(format, head, options.precision ?? null, true);
      await context.write(formatter.begin());
    }
    await writeRows(context, formatter, doublesOf(values), columns, firstRow);
    firstRow += rows;
  }
  context.progress.clear();
  if (formatter) await context.write(formatter.end({}));
  context.detail(`converted ${path}: ${firstRow} rows`);
}

async function convertWhole(context: Context, path: string, options: ConvertOptions, asWords: boolean): Promise<void> {
  const { rows, dimensions, ids, columnNames, values, name } = await context.readVectors(path, readOptionsOf(options));
  const shown = shownIds(context);
  const head: MatrixHead = {
    rows,
    columns: dimensions,
    rowIds: shown(ids),
    columnIds: shown(columnNames),
    flat: false,
    members: { shape: [rows, dimensions], ids, columns: columnNames },
  };
  const doubles = doublesOf(values);
  const { format, options: common } = context;
  if (format === "table" && !asWords) {
    const table = await context.tableOptions([head.rowIds, head.columnIds]);
    const window = windowOf(head, table);
    window.add({ firstRow: 0, rows, columns: dimensions, values: doubles });
    return writeLines(context, vectorsTable(head, name, window, table));
  }
  const { precision = null } = common;
  const formatter = asWords
    ? wordVectors(head, numberFormat(precision, "nan"))
    : await matrixFormatter(format as PlainFormat, head, precision, true);
  await context.write(formatter.begin());
  await writeRows(context, formatter, doubles, dimensions);
  await context.write(formatter.end({}));
}
