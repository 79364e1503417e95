import { isUtf8 } from "node:buffer";
import { DataError } from "../../core/errors.js";
import { ByteReader } from "../../input/byte-reader.js";
import { cellPlace, expectFinite } from "../../input/finite.js";
import type { ReadOptions } from "../../input/reader.js";
import { BATCH_BYTES, type RowBatch } from "../../input/reader.js";
import type { Source } from "../../input/source.js";
import { HEADER_BYTES, headerOf, type Word2vecHeader } from "./word-head.js";

const [NEWLINE, SPACE] = [0x0a, 0x20];
/** Longer than any word. */
const MAX_WORD_BYTES = 10_000;

/**
 * Reads word2vec's binary format: a line `n d`, then n records of a word, a space, d float32 (little-endian) and an
 * optional newline. The words are the ids.
 *
 * @see https://code.google.com/archive/p/word2vec/
 */
export async function* readWord2vecBin(source: Source, options: ReadOptions = {}): AsyncGenerator<RowBatch> {
  const reader = await ByteReader.open(source);
  const { name, size } = reader;
  try {
    const { bytes, rows, columns } = await readHeader(reader);
    reader.skip(bytes);
    // A record is at least a space and a vector.
    if (size !== null && rows * (1 + 4 * columns) > size - bytes) {
      const expected = `${rows} words with vectors of ${columns} components behind byte offset ${bytes}`;
      throw new DataError(`${name}: expected ${expected}, found ${size - bytes} bytes`, "was the file cut short?");
    }
    for (let row = 0; row < rows; ) {
      const { offset } = reader;
      const block = await reader.peek(Math.max(BATCH_BYTES, MAX_WORD_BYTES + 4 * columns));
      const { words, values, starts, end } = records(
        block,
        rows - row,
        columns,
        (at) => `${name}: byte offset ${offset + at}`,
      );
      if (words.length === 0) throw reader.cutShort(end - block.length, offset + block.length);
      expectFinite(
        values,
        (index) => {
          const [i, column] = [Math.floor(index / columns), index % columns];
          return cellPlace(name, row + i, column, offset + starts[i] + 4 * column);
        },
        options,
      );
      yield {
        rows: words.length,
        columns,
        values,
        ids: words,
        labels: null,
        lines: null,
        columnNames: null,
        ...(size !== null && { totalRows: rows }),
      };
      reader.skip(end);
      row += words.length;
    }
    const rest = await reader.peek(2);
    if (rest.length > 1 || (rest.length === 1 && rest[0] !== NEWLINE)) {
      throw new DataError(`${name}: expected the end of the file at byte offset ${reader.offset}, found more bytes`);
    }
  } finally {
    await reader.close();
  }
}

async function readHeader(reader: ByteReader): Promise<Word2vecHeader> {
  const header = headerOf(await reader.peek(HEADER_BYTES));
  if (header && header.rows > 0 && header.columns > 0) return header;
  const expected = "a line with the number of words and the dimension at byte offset 0";
  throw new DataError(`${reader.name}: expected ${expected}, found ${header ? "0" : "none"}`);
}

interface Records {
  readonly words: string[];
  readonly values: Float32Array;
  /** Offset of each vector in the block. */
  readonly starts: number[];
  /** End of the last record; if there is none, the end that the first would have. */
  readonly end: number;
}

/** Returns the complete records of a block, at most `maxCount`. */
function records(block: Uint8Array, maxCount: number, columns: number, place: (at: number) => string): Records {
  const vectorBytes = 4 * columns;
  const room = Math.min(maxCount, Math.floor(block.length / (1 + vectorBytes)));
  const bytes = new Uint8Array(room * vectorBytes);
  const words: string[] = [];
  const starts: number[] = [];
  let end = 0;
  while (words.length < maxCount) {
    const start = block[end] === NEWLINE ? end + 1 : end;
    const space = block.subarray(0, start + MAX_WORD_BYTES).indexOf(SPACE, start);
    if (space < 0 && block.length - start >= MAX_WORD_BYTES) {
      throw new DataError(
        `${place(start)}: expected a word and a space, found no space within ${MAX_WORD_BYTES} bytes`,
      );
    }
    const vector = (space < 0 ? block.length : space) + 1;
    if (vector + vectorBytes > block.length) {
      if (words.length === 0) end = vector + vectorBytes;
      break;
    }
    const word = block.subarray(start, space);
    if (!isUtf8(word)) throw new DataError(`${place(start)}: expected a word in UTF-8, found other bytes`);
    end = vector + vectorBytes;
    bytes.set(block.subarray(vector, end), words.length * vectorBytes);
    words.push(Buffer.from(word).toString("utf8"));
    starts.push(vector);
  }
  return { words, starts, end, values: new Float32Array(bytes.buffer, 0, words.length * columns) };
}
