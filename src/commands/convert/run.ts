import { doublesOf } from "../../core/vectors.js";
import { loadWriter, type PlainFormat } from "../../formats/writers.js";
import type { Chunk, MatrixFormatter } from "../../output/format.js";
import { readBatches } from "../../reading/read-batches.js";
import type { Context } from "../../shell/context.js";
import { openVectorInput, readInput, readOptionsOf } from "../../shell/inputs.js";
import type { CommonOptions, InputOptions } from "../../shell/options.js";
import { EXIT } from "../../shell/report.js";
import { shownIds, writeRows } from "../../shell/writers.js";
import { expectWholeVectors, wordsView, writeVectors } from "../shared/write-vectors.js";

export interface ConvertOptions extends CommonOptions, InputOptions {}

/**
 * Formats that need no property of the whole set before the rows, so that rows can be written while the file is read.
 */
const STREAMED: ReadonlySet<string> = new Set(["csv", "tsv", "ndjson", "markdown"]);

/** Runs `simcli convert <a>`; `asWords` writes word vectors. */
export async function runConvert(
  context: Context,
  path: string,
  options: ConvertOptions,
  asWords: boolean,
): Promise<number> {
  expectWholeVectors(context);
  await context.prepare();
  if (!asWords && STREAMED.has(context.format))
    await convertStream(context, context.format as PlainFormat, path, options);
  else await convertSet(context, path, options, asWords);
  await context.commit();
  return EXIT.done;
}

/** Writes rows while the file is read; keeps only the ids. */
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
  const read = { ...readOptionsOf(options), ...context.readerOptions };
  for await (const batch of readBatches(openVectorInput(context, path, read), read)) {
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
      formatter = (await loadWriter(format)).matrix(head, { precision: options.precision ?? null, header: true });
      await context.write(formatter.begin());
    }
    await writeRows(context, formatter, doublesOf(values), columns, firstRow);
    firstRow += rows;
  }
  context.progress.clear();
  if (formatter) await context.write(formatter.end({}));
  context.detail(`converted ${path}: ${firstRow} rows`);
}

async function convertSet(context: Context, path: string, options: ConvertOptions, asWords: boolean): Promise<void> {
  const set = await readInput(context, path, readOptionsOf(options));
  await writeVectors(context, set, {
    title: set.name,
    members: {},
    header: true,
    ...wordsView(options, asWords),
  });
}
