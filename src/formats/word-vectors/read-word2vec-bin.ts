import { isUtf8 } from "node:buffer";
import { DataError } from "../../core/errors.js";
import { ByteReader } from "../../input/byte-reader.js";
import { cellPlace, expectFinite } from "../../input/finite.js";
import type { ReadOptions } from "../../input/read-options.js";
import { BATCH_BYTES, type RowBatch } from "../../input/row-batch.js";
import type { Source } from "../../input/source.js";
import { HEADER_BYTES, headerOf, type Word2vecHeader } from "./word2vec-header.js";

const [NEWLINE, SPACE] = [0x0a, 0x20];
/** Longer than any word; whatever goes on for longer is none. */
const LONGEST_WORD = 10_000;

/**
 * Reads word2vec's binary format: `n d` on a line, then n records of a word, a space, d float32 in little-endian, and
 * a newline that may be left out. The words are the ids.
 *
 * @see https://code.google.com/archive/p/word2vec/
 */
export async function* readWord2vecBin(source: Source, options: ReadOptions = {}): AsyncGenerator<RowBatch> {
  const reader = await ByteReader.open(source);
  const { name, size } = reader;
  try {
    const { bytes, rows, columns } = await readHeader(reader);
    reader.skip(bytes);
    // A record is a space and its vector at least.
    if (size !== null && rows * (1 + 4 * columns) > size - bytes) {
      const expected = `${rows} words with vectors of ${columns} components behind byte offset ${bytes}`;
      throw new DataError(`${name}: expected ${expected}, found ${size - bytes} bytes`, "was the file cut short?");
    }
    for (let row = 0; row < rows; ) {
      const { offset } = reader;
      const block = await reader.peek(Math.max(BATCH_BYTES, LONGEST_WORD + 4 * columns));
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
        ...(size !== null && { rowsInAll: rows }),
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
  /** Where the vector of each starts in the block. */
  readonly starts: number[];
  /** Where the last one ends; where the first one would, if there is none. */
  readonly end: number;
}

/** The records that lie in a block as a whole, `most` of them at most. */
function records(block: Uint8Array, most: number, columns: number, place: (at: number) => string): Records {
  const vectorBytes = 4 * columns;
  const room = Math.min(most, Math.floor(block.length / (1 + vectorBytes)));
  const bytes = new Uint8Array(room * vectorBytes);
  const words: string[] = [];
  const starts: number[] = [];
  let end = 0;
  while (words.length < most) {
    const start = block[end] === NEWLINE ? end + 1 : end;
    const space = block.subarray(0, start + LONGEST_WORD).indexOf(SPACE, start);
    if (space < 0 && block.length - start >= LONGEST_WORD) {
      throw new DataError(`${place(start)}: expected a word and a space, found no space within ${LONGEST_WORD} bytes`);
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
