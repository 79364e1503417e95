import type { PageHeader, RowGroup } from "hyparquet";
import { parquetHeader } from "hyparquet/src/column.js";
import { DataError } from "../../core/errors.js";
import type { RandomAccess } from "../../input/random-access.js";
import { bytesAt, damaged, soundly } from "./damage.js";
import type { HybridReader, IndexedValue } from "./hybrid.js";
import { dictionaryValues, type OpenPage, openPage, pageValues } from "./page.js";
import type { Column } from "./schema.js";
import type { Take } from "./stored-bytes.js";
import { thriftEnd } from "./thrift.js";
import type { Meaning } from "./values.js";

/** Some values of a page. */
export interface Part<T> {
  readonly values: T;
  /** 0 where a row begins, 1 where its list goes on; null where each value is a row. */
  readonly repetitions: Uint8Array | null;
}

/** The values of a page, which are decoded as they are taken: what it says of their number takes no memory. */
export interface Page<T> {
  /** How many are left. */
  readonly left: number;
  /** The next ones, `most` at most. */
  take(most: number): Part<T>;
}

/** A page header may hold the least and the largest text of its page. */
const HEADER_BYTES = [1 << 12, 1 << 22];
const LARGEST_PAGE = 1 << 30;

/**
 * Reads the values of a column in a group of rows, a page at a time.
 *
 * @param meaning what the values are; one that can be spread allows nulls in the place of numbers, not of lists.
 * @param firstRow the number of the first row of the group, from 0.
 * @throws {DataError} naming the row of a value that is missing, or the byte offset of what is damaged.
 */
export async function* readPages<T>(
  file: RandomAccess,
  group: RowGroup,
  column: Column,
  meaning: Meaning<T>,
  firstRow: number,
): AsyncGenerator<Page<T>> {
  const { codec, start, end, size, values } = soundly(file.name, 0, () => chunkOf(file, group, column));
  let dictionary: T | null = null;
  let left = values;
  let row = firstRow;
  for (let at = start; left > 0; ) {
    const { header, bodyStart } = await readHeader(file, at, end);
    const offset = at;
    const { compressed_page_size: packedSize, uncompressed_page_size: openSize } = header;
    if (!isSize(packedSize, end - bodyStart) || !isSize(openSize, Math.min(size, LARGEST_PAGE))) {
      throw damaged(file.name, offset, "a page larger than its column");
    }
    at = bodyStart + packedSize;
    const bytes = await bytesAt(file, bodyStart, packedSize);
    const place = `${file.name}: column ${column.name} (in the page at byte offset ${offset})`;
    const page = { header, bytes, codec, place, file: file.name };
    if (header.type === "DICTIONARY_PAGE") {
      dictionary = soundly(file.name, offset, () => dictionaryValues(page, column, meaning));
    } else if (header.type !== "INDEX_PAGE") {
      const open = soundly(file.name, offset, () => openPage(page, column));
      left -= open.count;
      if (left < 0) throw damaged(file.name, offset, "more values than in its column");
      expectAll(open, column, meaning.spread !== undefined, row, file.name);
      const { count, repetitions } = open;
      const take = soundly(file.name, offset, () => pageValues(open, column, meaning, dictionary, place));
      const taken = new TakenPage(count, repetitions, (many) => soundly(file.name, offset, () => take(many)));
      yield taken;
      row += taken.rows;
    }
  }
}

/** Where a column of a group lies, within the file, and what its values take. */
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
  // A group without rows has no page, and where that would be is anywhere.
  const isSound = (rows === 0 && values === 0) || (start >= 4 && end > start && end <= fileSize);
  if (!isSound) throw damaged(name, start, `the column ${column.name} outside`);
  if (column.isList ? values < rows : values !== rows) throw damaged(name, start, `${values} values for ${rows} rows`);
  return { codec: meta.codec, start, end, size: Number(meta.total_uncompressed_size), values };
}

/** What is read may be of any type where bytes are damaged. */
const isSize = (value: number, most: number) => Number.isInteger(value) && value >= 0 && value <= most;

async function readHeader(
  file: RandomAccess,
  offset: number,
  end: number,
): Promise<{ header: PageHeader; bodyStart: number }> {
  for (const most of HEADER_BYTES) {
    const bytes = await bytesAt(file, offset, Math.min(most, end - offset));
    const isLast = most === HEADER_BYTES[1] || bytes.length < most;
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

class TakenPage<T> implements Page<T> {
  /** How many rows have begun among the values that have been taken. */
  rows = 0;

  constructor(
    public left: number,
    private readonly repetitions: HybridReader | null,
    private readonly values: Take<T>,
  ) {}

  take(most: number): Part<T> {
    const count = Math.min(most, this.left);
    this.left -= count;
    const repetitions = this.repetitions && new Uint8Array(count);
    if (repetitions) this.repetitions?.read(repetitions);
    this.rows += repetitions ? rowsIn(repetitions) : count;
    return { values: this.values(count), repetitions };
  }
}

/** How many rows begin. */
function rowsIn(repetitions: Uint8Array): number {
  let rows = 0;
  for (let i = repetitions.indexOf(0); i >= 0; i = repetitions.indexOf(0, i + 1)) rows++;
  return rows;
}

/**
 * @param mayMiss whether a value may be missing, but for a whole list.
 * @throws {DataError} naming the row of the first value that is missing.
 */
function expectAll(
  { definitions, repetitions }: OpenPage,
  column: Column,
  mayMiss: boolean,
  firstRow: number,
  file: string,
): void {
  const missing = definitions?.firstBelow(mayMiss ? column.itemLevel : column.valueLevel);
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
