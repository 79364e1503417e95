import { DataError } from "../../core/errors.js";
import { ByteReader } from "../../input/byte-reader.js";
import type { ReadOptions, RowBatch, RowSink } from "../../input/reader.js";
import type { Source } from "../../input/source.js";
import { arrayIndex, shapeText, singleArray } from "../array-choice.js";
import { expectEnd, readRows } from "../npy/read-npy.js";
import { readSafetensorsHeader, type SafetensorsHeader, type Tensor } from "./safetensors-header.js";
import { tensorItems } from "./safetensors-types.js";

/** The key of the ids in `__metadata__`: a JSON list of texts. */
export const IDS_KEY = "ids";

/**
 * Reads the vectors of a safetensors file: the array given by `vectorColumn`, otherwise the only one of two dimensions, otherwise the
 * only one of one dimension, which is one row. Ids are read from `ids` in `__metadata__`, as simcli writes them.
 *
 * @throws {UsageError} for an array that does not exist, {@link DataError} when several could be meant.
 */
export async function* readSafetensors(
  source: Source,
  options: ReadOptions,
  sink: RowSink | null = null,
): AsyncGenerator<RowBatch> {
  const reader = await ByteReader.open(source);
  try {
    const header = await readSafetensorsHeader(reader);
    const tensor = chosen(header.tensors, source.name, options);
    const type = tensorItems(tensor.dtype);
    const [rows, columns] = rowsOf(tensor.shape);
    if (!type || rows * columns === 0) throw unreadable(tensor, source.name);
    const ids = idsOf(header, rows, source.name, options);
    await reader.pass(tensor.start);
    let first = 0;
    for await (const batch of readRows(reader, rows, columns, type, options, sink)) {
      const from = first + (batch.ofShare?.firstRow ?? 0);
      yield { ...batch, ids: ids?.slice(from, from + batch.rows) ?? null };
      first += batch.rows;
    }
    await reader.pass((header.tensors.at(-1)?.end ?? 0) - tensor.end);
    await expectEnd(reader);
  } finally {
    await reader.close();
  }
}

/** Returns n and d for a shape; zeros for one that is not read. */
function rowsOf(shape: readonly number[]): [rows: number, columns: number] {
  if (shape.length === 1) return [1, shape[0]];
  return shape.length === 2 ? [shape[0], shape[1]] : [0, 0];
}

function chosen(tensors: readonly Tensor[], file: string, options: ReadOptions): Tensor {
  if (options.vectorColumn !== undefined) {
    const names = tensors.map(({ name }) => name);
    return tensors[arrayIndex(options.vectorColumn, names, file)];
  }
  const arrays = tensors.map((tensor) => ({ ...tensor, isNumeric: tensorItems(tensor.dtype) !== null }));
  return singleArray(arrays, file, options);
}

/** Returns the error for an array that holds no vectors of real numbers. */
function unreadable(tensor: Tensor, file: string): DataError {
  const place = `${file}: array ${JSON.stringify(tensor.name)}`;
  const found = `found ${shapeText(tensor)}`;
  if (!tensorItems(tensor.dtype)) {
    const hint = "in PyTorch: tensor.float() is F32, which is read";
    return new DataError(`${place}: expected real numbers of a type from BOOL to F64, ${found}`, hint);
  }
  const hint = "in PyTorch: tensor.flatten(1) makes a row of each first index";
  return new DataError(`${place}: expected one or two dimensions of 1 or more, ${found}`, hint);
}

function idsOf({ metadata }: SafetensorsHeader, rows: number, file: string, { note }: ReadOptions): string[] | null {
  const text = metadata.get(IDS_KEY);
  if (text === undefined) return null;
  const ids = parsedTexts(text);
  if (ids?.length === rows) return ids;
  const found = ids ? `${ids.length} of them` : "other text";
  note?.(`${file}: left out the ids in __metadata__: expected a list of ${rows} texts, found ${found}`);
  return null;
}

/** Parses a JSON list of texts; null for any other text. */
function parsedTexts(text: string): string[] | null {
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) && list.every((item) => typeof item === "string") ? list : null;
  } catch {
    return null;
  }
}
