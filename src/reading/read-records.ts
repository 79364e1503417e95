import { DataError } from "../core/errors.js";
import type { RecordBatch } from "../formats/records.js";
import { FILE_FORMATS } from "../formats/registry.js";
import type { ReadOptions } from "../input/reader.js";
import type { Source } from "../input/source.js";
import { recognise } from "./read-batches.js";

export type { RecordBatch } from "../formats/records.js";

/**
 * Reads columns of a table in any format that has them: delimited text, JSON, Parquet, Arrow.
 *
 * @throws {NoColumnError} if the table has none of the columns.
 * @throws {DataError} for a format without named columns.
 */
export async function* readRecords(
  input: Source,
  columns: readonly string[],
  options: ReadOptions = {},
): AsyncGenerator<RecordBatch & { readonly hasTypes: boolean }> {
  const { source, format } = await recognise(input, options);
  const read = await format.loadRecords?.();
  if (!read) {
    const names = FILE_FORMATS.filter((one) => one.loadRecords).map(({ name }) => name);
    throw new DataError(
      `${input.name}: expected a table with columns (${names.join(", ")}), found ${format.name}`,
      "--records FILE joins a table by id",
    );
  }
  const hasTypes = format.name !== "csv";
  for await (const batch of read(source, columns, options)) yield { ...batch, hasTypes };
}
