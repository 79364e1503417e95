import { jsonText } from "../../formats/json/write-json.js";
import { isPicture, recordOrPictureFormat } from "../../formats/writers.js";
import type { BatchFile, ReadOptions, RowBatch } from "../../input/reader.js";
import type { Source } from "../../input/source.js";
import { isList, type SourceList } from "../../input/source-list.js";
import { TableSurvey } from "../../input/table-survey.js";
import { camelCase, numberFormat } from "../../output/number.js";
import { components, readBatches, recognise } from "../../reading/read-batches.js";
import type { Context } from "../../shell/context.js";
import { openVectorInput, readOptionsOf } from "../../shell/inputs.js";
import type { CommonOptions, InputOptions } from "../../shell/options.js";
import { EXIT } from "../../shell/report.js";
import { writeFigure, writeLines, writeRecords } from "../../shell/writers.js";
import { columnFacts } from "./column-facts.js";
import { Describer, type Description } from "./description.js";
import { type FileFacts, properties, propertyRecords } from "./description-records.js";
import { descriptionTable } from "./description-table.js";
import { expectHubness, type HubnessOptions, hubnessOf } from "./hubness.js";

export interface DescribeOptions extends CommonOptions, InputOptions, HubnessOptions {}

/** Runs `simcli describe <a>`. */
export async function runDescribe(context: Context, path: string, options: DescribeOptions): Promise<number> {
  const format = recordOrPictureFormat(context.format);
  expectHubness(path, isPicture(format), options);
  await context.prepare();
  if (isPicture(format)) {
    const { describePicture } = await import("./description-picture.js");
    await writeFigure(context, format, await describePicture(context, path, options));
    await context.commit();
    return EXIT.done;
  }
  const { description, ...described } = await describe(context, path, options);
  const file = { ...described.file, hubness: options.hubness ? await hubnessOf(context, path, options) : null };
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

interface Described {
  readonly file: FileFacts;
  readonly description: Description;
}

async function describe(context: Context, path: string, options: DescribeOptions): Promise<Described> {
  const read = { ...readOptionsOf(options), ...context.readerOptions, nonFinite: "keep" } as const;
  const input = openVectorInput(context, path, read);
  const described = await (isList(input) ? describeList(input, read) : describeFile(input, read));
  context.progress.clear();
  return described;
}

async function describeFile(input: Source, options: ReadOptions): Promise<Described> {
  const survey = new TableSurvey();
  const read = { ...options, survey };
  const { source, format } = await recognise(input, read);
  const describer = new Describer();
  let last: RowBatch | null = null;
  for await (const batch of components(source.name, (await format.load())(source, read), read)) {
    if (batch.columns > 0) describer.add(batch);
    last = batch;
  }
  const file: FileFacts = {
    file: source.name,
    files: null,
    format: format.name,
    compression: source.packed?.by ?? null,
    delimiter: last?.delimiter ?? null,
    quoted: last?.delimiter === undefined ? null : last.quoted === true,
    columns: last?.columnNames ?? null,
    table: survey.columns.length > 0 ? survey : null,
    hubness: null,
  };
  return { file, description: describer.result() };
}

/** Describes several files as one set, without the columns of each. */
async function describeList(input: SourceList, options: ReadOptions): Promise<Described> {
  const describer = new Describer();
  const formats = new Set<string>();
  const compressions = new Set<string>();
  let columns: readonly string[] | null = null;
  for await (const batch of readBatches(input, options)) {
    describer.add(batch);
    const { format, compression } = batch.file as BatchFile;
    formats.add(format);
    if (compression) compressions.add(compression);
    columns = batch.columnNames;
  }
  const file: FileFacts = {
    file: input.name,
    files: input.parts.length,
    format: [...formats].join(", "),
    compression: compressions.size > 0 ? [...compressions].join(", ") : null,
    delimiter: null,
    quoted: null,
    columns,
    table: null,
    hubness: null,
  };
  return { file, description: describer.result() };
}
