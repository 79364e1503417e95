import { type InfoRecord, type Parser, parse } from "csv-parse";
import { COMMENT, detectDelimiter, type ReadOptions } from "./dialect.js";
import { textBytes } from "./encoding.js";
import { resumed, type Source } from "./open.js";
import { type RowBatch, RowReader } from "./row-reader.js";

const SAMPLE_BYTES = 1 << 16;

/**
 * Reads rows of numbers from CSV text, a batch for every chunk of the file.
 *
 * @throws {DataError} for a file that is empty, binary or not CSV.
 * @throws {MalformedError} after the last line, with every ragged row and every cell that is not a number.
 * @throws {UsageError} for a column that is not there.
 */
export async function* readRows(source: Source, options: ReadOptions = {}): AsyncGenerator<RowBatch> {
  const { name } = source;
  const chunks = textBytes(name, source.bytes)[Symbol.asyncIterator]();
  const head = await readHead(chunks);
  const delimiter = options.delimiter ?? detectDelimiter(new TextDecoder().decode(head));
  const reader = new RowReader(name, options, delimiter);
  const parser = parse({
    delimiter,
    bom: true,
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
    for await (const chunk of resumed(head, chunks)) {
      await settled(parser, (done) => parser.write(chunk, done));
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
async function readHead(chunks: AsyncIterator<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  while (length < SAMPLE_BYTES) {
    const { done, value } = await chunks.next();
    if (done) break;
    parts.push(value);
    length += value.length;
  }
  return parts.length === 1 ? (parts[0] as Uint8Array) : Buffer.concat(parts);
}

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
