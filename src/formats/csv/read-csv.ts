import type { InfoRecord, Parser } from "csv-parse";
import { guardBlanks } from "../../input/blanks.js";
import { textBytes } from "../../input/encoding.js";
import type { ReadOptions } from "../../input/read-options.js";
import { textOf } from "../../input/recognise-text.js";
import type { RowBatch } from "../../input/row-batch.js";
import { resumed, type Source } from "../../input/source.js";
import { COMMENT, detectDelimiter } from "./dialect.js";
import type { Layout } from "./layout.js";
import { plainHead } from "./plain-head.js";
import { readPlainRows } from "./plain-rows.js";
import { RowReader } from "./row-reader.js";
import { readSmallRows, SMALL_BYTES } from "./small-rows.js";

export const SAMPLE_BYTES = 1 << 16;
const QUOTE = 0x22;

/**
 * Reads rows of numbers from CSV text, a batch for every chunk of the file. Lines of plain numbers take a fast lane;
 * from the first line on that is anything else, csv-parse reads. The rows and the errors are the same in both.
 *
 * @throws {DataError} for a file that is empty, binary or not CSV.
 * @throws {MalformedError} after the last line, with every ragged row and every cell that is not a number.
 * @throws {UsageError} for a column that is not there.
 */
export async function* readRows(source: Source, options: ReadOptions = {}): AsyncGenerator<RowBatch> {
  const { name } = source;
  const chunks = source.bytes[Symbol.asyncIterator]();
  const { head, isWhole } = await readHead(chunks);
  const plain = plainHead(head, isWhole, options, name);
  if (!plain) return yield* readAnyRows(name, resumed(head, chunks), options);
  const { rest, ...end } = yield* isWhole && head.length <= SMALL_BYTES
    ? readSmallRows(head, plain)
    : readPlainRows(head, chunks, plain);
  const after = { ...end, layout: plain.layout, delimiter: String.fromCharCode(plain.shape.delimiter) };
  yield* readAnyRows(name, resumed(rest, chunks), options, after);
}

/** Where a text is taken up whose first rows have been read already. */
export interface Resumption {
  readonly layout: Layout;
  readonly delimiter: string;
  /** The offset of the first byte in the text, the number of its line, and the rows before it. */
  readonly offset: number;
  readonly line: number;
  readonly rows: number;
}

/** The lane of csv-parse, which reads whatever there is. */
export async function* readAnyRows(
  name: string,
  bytes: AsyncIterable<Uint8Array>,
  options: ReadOptions,
  after: Resumption | null = null,
): AsyncGenerator<RowBatch> {
  const chunks = textBytes(name, bytes, after?.offset)[Symbol.asyncIterator]();
  const { head, isWhole } = await readHead(chunks);
  if (after && isWhole && head.length === 0) return;
  const { parse } = await import("csv-parse");
  const delimiter = after?.delimiter ?? options.delimiter ?? detectDelimiter(textOf(head));
  const reader = new RowReader(name, options, delimiter, after);
  const parser = parse({
    delimiter,
    bom: !after,
    trim: true,
    info: true,
    relax_column_count: true,
    record_delimiter: ["\r\n", "\n", "\r"],
    comment: delimiter === " " ? null : COMMENT,
    comment_no_infix: true,
    on_record: (({ record, info }: { record: string[]; info: InfoRecord }) => reader.add(record, info)) as never,
  });
  parser.on("error", () => {});
  parser.resume();
  try {
    let isFirst = !after;
    for await (const chunk of resumed(head, chunks)) {
      // Inside a field that is not in quotes, one is a fault.
      reader.quoted ||= chunk.includes(QUOTE);
      const guarded = guardBlanks(chunk, isFirst);
      isFirst = false;
      await settled(parser, (done) => parser.write(guarded, done));
      const batch = reader.take();
      if (batch) yield batch;
    }
    await settled(parser, (done) => parser.end(done));
  } catch (error) {
    throw reader.structural(error);
  } finally {
    parser.destroy();
  }
  const last = reader.finish();
  if (last) yield last;
}

/** The first bytes of a text: enough whole lines to tell its dialect. */
async function readHead(chunks: AsyncIterator<Uint8Array>): Promise<{ head: Uint8Array; isWhole: boolean }> {
  const parts: Uint8Array[] = [];
  let length = 0;
  while (length < SAMPLE_BYTES) {
    const { done, value } = await chunks.next();
    if (done) return { head: joined(parts), isWhole: true };
    parts.push(value);
    length += value.length;
  }
  return { head: joined(parts), isWhole: false };
}

const joined = (parts: readonly Uint8Array[]) => (parts.length === 1 ? parts[0] : Buffer.concat(parts));

function settled(parser: Parser, act: (done: (error?: Error | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    parser.once("error", reject);
    act((error) => {
      parser.off("error", reject);
      if (error) reject(error);
      else resolve();
    });
  });
}
