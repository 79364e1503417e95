import { DataError } from "../errors.js";
import { COUNTS, LONGEST_COUNTS } from "./binary-words-head.js";
import { ByteReader } from "./byte-reader.js";
import type { ReadOptions } from "./dialect.js";
import { expectFinite } from "./finite.js";
import type { Source } from "./open.js";
import type { RowBatch } from "./row-batch.js";

const LONGEST_WORD = 1 << 16;
const BATCH_CELLS = 1 << 20;
const BLANK = 0x20;
const NEWLINE = 0x0a;

/**
 * Reads word2vec's binary vectors: a line that counts words and components, then for each word its text, a blank, and
 * its float32 components, little-endian; a line feed may follow. The words are the ids.
 *
 * @throws {DataError} naming the byte offset where something else stands, or the file ends early.
 * @see https://code.google.com/archive/p/word2vec
 */
export async function* readBinaryWords(source: Source, { nonFinite }: ReadOptions): AsyncGenerator<RowBatch> {
  const reader = await ByteReader.open(source);
  const { name } = source;
  try {
    const [count, columns] = await countsOf(reader);
    const rowsAtOnce = Math.max(1, Math.floor(BATCH_CELLS / columns));
    for (let firstRow = 0; firstRow < count; ) {
      const rows = Math.min(rowsAtOnce, count - firstRow);
      // Memory is taken for the words that a file can hold, not for those that it promises.
      const values = new Float32Array(boundedRows(reader, rows, columns) * columns);
      const ids: string[] = [];
      const offsets: number[] = [];
      for (let row = 0; row < rows; row++) {
        ids.push(await wordOf(reader));
        offsets.push(reader.offset);
        const bytes = await reader.take(4 * columns);
        values.set(new Float32Array(bytes.slice().buffer), row * columns);
      }
      const offsetOf = (row: number, column: number) => offsets[row - firstRow] + 4 * column;
      if (nonFinite !== "keep") expectFinite(values, { name, columns, firstRow, offsetOf });
      firstRow += rows;
      const rowsInAll = reader.size === null ? {} : { rowsInAll: count };
      yield { rows, columns, values, ids, labels: null, lines: null, columnNames: null, ...rowsInAll };
    }
    const rest = await reader.peek(2);
    if (rest.length > 1 || (rest.length === 1 && rest[0] !== NEWLINE)) {
      throw new DataError(`${name}: expected the end of the file at byte offset ${reader.offset}, found more bytes`);
    }
  } finally {
    await reader.close();
  }
}

async function countsOf(reader: ByteReader): Promise<[number, number]> {
  const head = Buffer.from(await reader.peek(LONGEST_COUNTS)).toString("latin1");
  const counts = COUNTS.exec(head);
  const [count, columns] = [Number(counts?.[1]), Number(counts?.[2])];
  if (!counts || count === 0 || columns === 0) {
    const found = JSON.stringify(head.split("\n")[0]);
    throw new DataError(`${reader.name}: expected a line of two counts at byte offset 0, found ${found}`);
  }
  reader.skip(counts[0].length);
  const least = count * (2 + 4 * columns);
  if (reader.size !== null && least > reader.size) {
    const found = `${count} words of ${columns} components at byte offset 0`;
    throw new DataError(`${reader.name}: expected counts that the file has room for, found ${found}`);
  }
  return [count, columns];
}

/** As many rows as the bytes that are there can hold; all where nobody knows how many bytes there are. */
function boundedRows({ size, offset }: ByteReader, rows: number, columns: number): number {
  return size === null ? rows : Math.min(rows, Math.ceil((size - offset) / (4 * columns)));
}

/** The word at which the reader stands, without the line feed that may end the vector before; steps behind its blank. */
async function wordOf(reader: ByteReader): Promise<string> {
  for (let length = 256; ; length *= 4) {
    const bytes = await reader.peek(length);
    const end = bytes.indexOf(BLANK, bytes[0] === NEWLINE ? 1 : 0);
    if (end >= 0) {
      const start = bytes[0] === NEWLINE ? 1 : 0;
      const word = decoded(bytes.subarray(start, end));
      if (word === null || word === "") {
        const place = `byte offset ${reader.offset + start}`;
        throw new DataError(`${reader.name}: expected a word in UTF-8 at ${place}, found other bytes`);
      }
      reader.skip(end + 1);
      return word;
    }
    if (bytes.length < length) throw reader.cutShort(1, reader.offset + bytes.length);
    if (length >= LONGEST_WORD) {
      throw new DataError(`${reader.name}: expected a word and a blank at byte offset ${reader.offset}, found neither`);
    }
  }
}

function decoded(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}
