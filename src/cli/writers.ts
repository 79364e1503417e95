import type { Format, MatrixFormatter, MatrixHead, Records, RecordsFormatter } from "../output/format.js";
import { numberFormat } from "../output/number.js";
import type { Context } from "./context.js";

/** A format for scripts and documents; the table, which a person looks at, is drawn by each command. */
export type PlainFormat = Exclude<Format, "table">;

/** The formatter of matrices for a format, loaded when it is needed. */
export async function matrixFormatter(
  format: PlainFormat,
  head: MatrixHead,
  precision: number | null,
  header: boolean,
): Promise<MatrixFormatter> {
  switch (format) {
    case "csv":
    case "tsv": {
      const { delimitedMatrix } = await import("../output/delimited.js");
      return delimitedMatrix(head, format === "csv" ? "," : "\t", numberFormat(precision, "nan"), header);
    }
    case "json":
      return (await import("../output/json.js")).jsonMatrix(head, numberFormat(precision, "null"));
    case "ndjson":
      return (await import("../output/json.js")).ndjsonMatrix(head, numberFormat(precision, "null"));
    case "markdown":
      return (await import("../output/markdown.js")).markdownMatrix(head, numberFormat(precision, "nan"));
  }
}

/** The formatter of records for a format that lists them, loaded when it is needed. */
async function recordsFormatter(
  format: Exclude<PlainFormat, "json">,
  precision: number | null,
): Promise<RecordsFormatter> {
  switch (format) {
    case "csv":
    case "tsv": {
      const { delimitedRecords } = await import("../output/delimited.js");
      return (records) => delimitedRecords(records, format === "csv" ? "," : "\t", numberFormat(precision, "nan"));
    }
    case "ndjson": {
      const { ndjsonRecords } = await import("../output/json.js");
      return (records) => ndjsonRecords(records, numberFormat(precision, "null"));
    }
    case "markdown": {
      const { markdownRecords } = await import("../output/markdown.js");
      return (records) => markdownRecords(records, numberFormat(precision, "nan"));
    }
  }
}

const CHUNK_CHARACTERS = 1 << 16;

/** Writes small chunks of text a larger one at a time. */
export async function writeAll(context: Context, chunks: Iterable<string>): Promise<void> {
  let text = "";
  for (const chunk of chunks) {
    text += chunk;
    if (text.length < CHUNK_CHARACTERS) continue;
    await context.write(text);
    text = "";
  }
  await context.write(text);
}

/** Writes records in a format that lists them. */
export async function writeRecords(
  context: Context,
  format: Exclude<PlainFormat, "json">,
  records: Records,
): Promise<void> {
  const formatRecords = await recordsFormatter(format, context.options.precision ?? null);
  await writeAll(context, formatRecords(records));
}
