import type { PageHeader, RowGroup } from "hyparquet";
import { parquetHeader } from "hyparquet/src/column.js";
import { DataError } from "../../core/errors.js";
import type { RandomAccess } from "../../input/random-access.js";
import { bytesAt, damaged, decodeAt } from "./damage.js";
import type { HybridReader, IndexedValue } from "./hybrid.js";
import { dictionaryValues, type OpenPage, openPage, pageValues } from "./page.js";
import type { Column } from "./schema.js";
import type { Take } from "./stored-bytes.js";
import { thriftEnd } from "./thrift.js";
import type { ValueDecoder } from "./values.js";

/** Consecutive values of a page. */
export interface Part<T> {
  readonly values: T;
  /** 0 where a row begins, 1 where its list continues; null if each value is a row. */
  readonly repetitions: Uint8Array | null;
}

/** The values of a page. They are decoded on demand, so that a wrong count in the header allocates no memory. */
export interface Page<T> {
  /** Number of values not yet taken. */
  readonly left: number;
  /** Returns the next values, at most `maxCount`. */
  take(maxCount: number): Part<T>;
}

/** Sizes of the first and the second attempt to read a page header: its statistics may contain long strings. */
const HEADER_BYTES = [1 << 12, 1 << 22];
const MAX_PAGE_BYTES = 1 << 30;

/**
 * Reads the values of a column in a row group, one page at a time.
 *
 * @param decoder converts the stored values; one with `spread` allows null numbers, but not null lists.
 * @param firstRow the number of the first row of the group, from 0.
 * @throws {DataError} naming the row of a missing value, or the byte offset of damaged data.
 */
export async function* readPages<T>(
  file: RandomAccess,
  group: RowGroup,
  column: Column,
  decoder: ValueDecoder<T>,
  firstRow: number,
): AsyncGenerator<Page<T>> {
  const { codec, start, end, size, values } = decodeAt(file.name, 0, () => chunkOf(file, group, column));
  let dictionary: T | null = null;
  let left = values;
  let row = firstRow;
  for (let at = start; left > 0; ) {
    const { header, bodyStart } = await readHeader(file, at, end);
    const offset = at;
    const { compressed_page_size: compressedSize, uncompressed_page_size: uncompressedSize } = header;
    if (!isSize(compressedSize, end - bodyStart) || !isSize(uncompressedSize, Math.min(size, MAX_PAGE_BYTES))) {
      throw damaged(file.name, offset, "a page larger than its column");
    }
    at = bodyStart + compressedSize;
    const bytes = await bytesAt(file, bodyStart, compressedSize);
    const place = `${file.name}: column ${column.name} (in the page at byte offset ${offset})`;
    const page = { header, bytes, codec, place, file: file.name };
    if (header.type === "DICTIONARY_PAGE") {
      dictionary = decodeAt(file.name, offset, () => dictionaryValues(page, column, decoder));
    } else if (header.type !== "INDEX_PAGE") {
      const open = decodeAt(file.name, offset, () => openPage(page, column));
      left -= open.count;
      if (left < 0) throw damaged(file.name, offset, "more values than in its column");
      expectNoNulls(open, column, decoder.spread !== undefined, row, file.name);
      const { count, repetitions } = open;
      const take = decodeAt(file.name, offset, () => pageValues(open, column, decoder, dictionary, place));
      const decoded = new DecodedPage(count, repetitions, (n) => decodeAt(file.name, offset, () => take(n)));
      yield decoded;
      row += decoded.rows;
    }
  }
}

/** Returns the byte range of a column chunk, its codec, its uncompressed size and its number of values. */
function chunkOf({ name, size: fileSize }: RandomAccess, group: RowGroup, column: Column) {
  const path = column.path.join("\0");
  const chunk = group.columns.find(({ meta_data: meta }) => meta?.path_in_schema.join("\0") === path);
  const meta = chunk?.meta_data;
  if (!meta || chunk.file_path) {
    const found = chunk?.file_path ? "them in another file" : "none that can be read";
    throw new DataError(`${name}: expected values of the column ${column.name}, found ${found}`);
  }
  const { dictionary_page_offset: dictionary, data_page_offset: data } = meta;
  const start = Number(dictionary && dictionary > 0n && dictionary < data ? dictionary : data);
  const end = start + Number(meta.total_compressed_size);
  const values = Number(meta.num_values);
  const rows = Number(group.num_rows);
  // A group without rows has no page, and its offset is undefined.
  const isValid = (rows === 0 && values === 0) || (start >= 4 && end > start && end <= fileSize);
  if (!isValid) throw damaged(name, start, `the column ${column.name} outside`);
  const { type } = column.element;
  if (meta.type !== type) {
    throw damaged(name, start, `values of ${meta.type ?? "no known type"} in the column ${column.name} of ${type}`);
  }
  if (column.isList ? values < rows : values !== rows) throw damaged(name, start, `${values} values for ${rows} rows`);
  return { codec: meta.codec, start, end, size: Number(meta.total_uncompressed_size), values };
}

/** Checks the type too: the header of a damaged file may contain any type. */
const isSize = (value: number, max: number) => Number.isInteger(value) && value >= 0 && value <= max;

async function readHeader(
  file: RandomAccess,
  offset: number,
  end: number,
): Promise<{ header: PageHeader; bodyStart: number }> {
  for (const size of HEADER_BYTES) {
    const bytes = await bytesAt(file, offset, Math.min(size, end - offset));
    const isLast = size === HEADER_BYTES[1] || bytes.length < size;
    try {
      const length = thriftEnd(bytes);
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      return { header: parquetHeader({ view, offset: 0 }), bodyStart: offset + length };
    } catch (error) {
      if (isLast) throw damaged(file.name, offset, String((error as Error).message));
    }
  }
  throw damaged(file.name, offset, "no header of a page");
}

class DecodedPage<T> implements Page<T> {
  /** Number of rows that begin among the values taken so far. */
  rows = 0;

  constructor(
    public left: number,
    private readonly repetitions: HybridReader | null,
    private readonly values: Take<T>,
  ) {}

  take(maxCount: number): Part<T> {
    const count = Math.min(maxCount, this.left);
    this.left -= count;
    const repetitions = this.repetitions && new Uint8Array(count);
    if (repetitions) this.repetitions?.read(repetitions);
    this.rows += repetitions ? rowsIn(repetitions) : count;
    return { values: this.values(count), repetitions };
  }
}

/** Returns the number of rows that begin. */
function rowsIn(repetitions: Uint8Array): number {
  let rows = 0;
  for (let i = repetitions.indexOf(0); i >= 0; i = repetitions.indexOf(0, i + 1)) rows++;
  return rows;
}

/**
 * Checks that no value is missing.
 *
 * @param allowNull whether a number may be null; a whole list may not.
 * @throws {DataError} naming the row of the first missing value.
 */
function expectNoNulls(
  { definitions, repetitions }: OpenPage,
  column: Column,
  allowNull: boolean,
  firstRow: number,
  file: string,
): void {
  const missing = definitions?.firstBelow(allowNull ? column.itemLevel : column.valueLevel);
  if (missing) throw missingValue(column, missing, repetitions, file, firstRow);
}

function missingValue(
  column: Column,
  { index, value: level }: IndexedValue,
  repetitions: HybridReader | null,
  file: string,
  firstRow: number,
): DataError {
  let row = firstRow + (repetitions ? -1 : index);
  let item = 0;
  const some = new Uint8Array(1 << 12);
  for (let left = repetitions ? index + 1 : 0; left > 0; left -= some.length) {
    const levels = some.subarray(0, left);
    repetitions?.read(levels);
    for (const level of levels) {
      item = level === 0 ? 0 : item + 1;
      row += 1 - level;
    }
  }
  const place = `${file}: row ${row}, column ${column.name}`;
  if (!column.isList) return new DataError(`${place}: expected a value, found null`);
  if (level >= column.itemLevel) return new DataError(`${place}: expected a number as item ${item}, found null`);
  const found = level === column.itemLevel - 1 ? "an empty one" : "null";
  return new DataError(`${place}: expected a list of numbers, found ${found}`);
}
