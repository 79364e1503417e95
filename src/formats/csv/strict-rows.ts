import type { InfoRecord, Parser } from "csv-parse";
import { guardBlanks, trimBlanks, withoutGuards } from "../../input/blanks.js";
import { textBytes } from "../../input/encoding.js";
import type { ReadOptions, RowBatch } from "../../input/reader.js";
import { textOf } from "../../input/recognise-text.js";
import { firstBytes, resumed } from "../../input/source.js";
import { COMMENT, detectDelimiter, SAMPLE_BYTES } from "./dialect.js";
import type { Layout } from "./layout.js";
import { RowReader } from "./row-reader.js";

const QUOTE = 0x22;

/** Longest line in bytes: a file without line ends must not fill the memory. */
const MAX_LINE_BYTES = 16e6;

/** The place in a text where reading goes on after plain lines. */
export interface Resumption {
  readonly layout: Layout;
  readonly delimiter: string;
  /** The offset of the next line in the text, its number, and the number of rows before it. */
  readonly offset: number;
  readonly line: number;
  readonly rows: number;
}

/** Reads any CSV text by csv-parse. */
export async function* readStrictRows(
  name: string,
  bytes: AsyncIterable<Uint8Array>,
  options: ReadOptions,
  after: Resumption | null = null,
): AsyncGenerator<RowBatch> {
  const chunks = textBytes(name, bytes, after?.offset)[Symbol.asyncIterator]();
  const { head, isWhole } = await firstBytes(chunks, SAMPLE_BYTES);
  if (after && isWhole && head.length === 0) return;
  const { parse } = await import("csv-parse");
  const delimiter = after?.delimiter ?? options.delimiter ?? detectDelimiter(textOf(head), options.decimal);
  const reader = new RowReader(name, options, delimiter, after);
  let [bytesRead, lineStart] = [0, 0];
  const parser = parse({
    delimiter,
    bom: !after,
    trim: true,
    relax_column_count: true,
    record_delimiter: ["\r\n", "\n", "\r"],
    comment: delimiter === " " ? null : COMMENT,
    comment_no_infix: true,
    on_record: ((record: string[], { comment_lines, bytes: end }: InfoRecord & { readonly bytes: number }) => {
      lineStart = end;
      return reader.add(record.map(withoutGuards), comment_lines);
    }) as never,
  });
  parser.on("error", () => {});
  parser.resume();
  try {
    let isFirst = !after;
    for await (const chunk of resumed(head, chunks)) {
      // A quote inside a field without quotes is a fault.
      reader.quoted ||= chunk.includes(QUOTE);
      const guarded = guardBlanks(chunk, isFirst);
      isFirst = false;
      await written(parser, (done) => parser.write(guarded, done));
      bytesRead += guarded.length;
      if (bytesRead - lineStart > MAX_LINE_BYTES) throw reader.lineTooLong(MAX_LINE_BYTES);
      // The rows of a small file are complete, or an error.
      const batch = isWhole ? null : reader.take();
      if (batch) yield batch;
    }
    await written(parser, (done) => parser.end(done));
  } catch (error) {
    throw reader.structural(error);
  } finally {
    parser.destroy();
  }
  const last = reader.finish();
  if (last) yield last;
}

/** Text in printable ASCII without quotes and comments: to split it reads the same as csv-parse does. */
export const isSimple = (text: string): boolean => /^[\t\n\r\x20!$-~]*$/.test(text);

/** Reads a short {@link isSimple} text without csv-parse, whose start takes longer. */
export async function* readSimpleRows(name: string, text: string, options: ReadOptions): AsyncGenerator<RowBatch> {
  const delimiter = options.delimiter ?? detectDelimiter(text, options.decimal);
  const reader = new RowReader(name, options, delimiter);
  const lines = text.split(/\r\n|\n|\r/);
  if (lines.at(-1) === "") lines.pop();
  for (const line of lines) reader.add(line.split(delimiter).map(trimBlanks), 0);
  const rows = reader.finish();
  if (rows) yield rows;
}

/** Waits until a parser has taken a chunk, or fails. */
export function written(parser: Parser, act: (done: (error?: Error | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    parser.once("error", reject);
    act((error) => {
      parser.off("error", reject);
      if (error) reject(error);
      else resolve();
    });
  });
}
