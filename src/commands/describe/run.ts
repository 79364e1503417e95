import { jsonText } from "../../formats/json/write-json.js";
import { recordFormat } from "../../formats/writers.js";
import type { RowBatch } from "../../input/reader.js";
import { TableSurvey } from "../../input/table-survey.js";
import { camelCase, numberFormat } from "../../output/number.js";
import { recognise } from "../../reading/read-batches.js";
import type { Context } from "../../shell/context.js";
import { openInput, readOptionsOf } from "../../shell/inputs.js";
import type { CommonOptions, InputOptions } from "../../shell/options.js";
import { EXIT } from "../../shell/report.js";
import { writeLines, writeRecords } from "../../shell/writers.js";
import { columnFacts } from "./column-facts.js";
import { Describer, type Description } from "./description.js";
import { type FileFacts, properties, propertyRecords } from "./description-records.js";
import { descriptionTable } from "./description-table.js";

export interface DescribeOptions extends CommonOptions, InputOptions {}

/** Runs `simcli describe <a>`. */
export async function runDescribe(context: Context, path: string, options: DescribeOptions): Promise<number> {
  const format = recordFormat(context.format);
  await context.prepare();
  const { file, description } = await describe(context, path, options);
  const { precision = null } = options;
  if (format === "table") {
    const table = await context.tableOptions([description.firstIds, file.columns]);
    await writeLines(context, descriptionTable(file, description, table));
  } else if (format === "json") {
    const members = Object.entries(properties(file, description)).map(([name, value]) => [camelCase(name), value]);
    const columns = file.table && columnFacts(file.table);
    await context.write(`${jsonText({ ...Object.fromEntries(members), columns }, numberFormat(precision, "null"))}\n`);
  } else {
    await writeRecords(context, format, propertyRecords(file, description, precision));
  }
  await context.commit();
  return EXIT.done;
}

async function describe(
  context: Context,
  path: string,
  options: DescribeOptions,
): Promise<{ file: FileFacts; description: Description }> {
  const survey = new TableSurvey();
  const read = { ...readOptionsOf(options), ...context.readerOptions, nonFinite: "keep", survey } as const;
  const { source, format } = await recognise(openInput(context, path), read);
  const describer = new Describer();
  let last: RowBatch | null = null;
  for await (const batch of (await format.load())(source, read)) {
    if (batch.columns > 0) describer.add(batch);
    last = batch;
  }
  context.progress.clear();
  const file: FileFacts = {
    file: source.name,
    format: format.name,
    compression: source.packed?.by ?? null,
    delimiter: last?.delimiter ?? null,
    quoted: last?.delimiter === undefined ? null : last.quoted === true,
    columns: last?.columnNames ?? null,
    table: survey.columns.length > 0 ? survey : null,
  };
  return { file, description: describer.result() };
}
