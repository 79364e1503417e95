import type { ReadOptions, RowBatch, RowSink } from "../../input/reader.js";
import { textOf } from "../../input/recognise-text.js";
import { firstBytes, readFrom, resumed, type Source } from "../../input/source.js";
import { SAMPLE_BYTES } from "./dialect.js";
import { plainHead } from "./plain-head.js";
import { readPlainRanges } from "./plain-ranges.js";
import { readPlainRows } from "./plain-rows.js";
import { isSimple, readSimpleRows, readStrictRows } from "./strict-rows.js";

/** Up to this size, a text is read in less time than the kernels are compiled. */
const SMALL_BYTES = 1 << 14;

/**
 * Reads rows of numbers from CSV text. The kernels scan plain lines: a large file over ranges of its bytes, which go
 * directly into the memory of `sink`; a stream as one range. From the first line on that is not plain, csv-parse reads.
 * The rows and the errors are the same for every division of the work.
 *
 * @throws {DataError} for a file that is empty, binary or not CSV.
 * @throws {MalformedError} after the last line, with every ragged row and every cell that is not a number.
 * @throws {UsageError} for a column that does not exist.
 */
export async function* readRows(
  source: Source,
  options: ReadOptions = {},
  sink: RowSink | null = null,
): AsyncGenerator<RowBatch> {
  const { name, file } = source;
  const scanned = file && sink && (await readPlainRanges(file, name, options, sink));
  if (scanned) {
    const { after, ...batch } = scanned;
    yield batch;
    if (after) yield* readStrictRows(name, readFrom(file.path, after.offset), options, after);
    return;
  }
  const chunks = source.bytes[Symbol.asyncIterator]();
  const { head, isWhole } = await firstBytes(chunks, SAMPLE_BYTES);
  if (isWhole && head.length <= SMALL_BYTES) {
    const text = textOf(head);
    if (isSimple(text)) return yield* readSimpleRows(name, text, options);
  }
  const plain = plainHead(head, isWhole, options, name);
  if (!plain) return yield* readStrictRows(name, resumed(head, chunks), options);
  const { rest, ...after } = yield* readPlainRows(head, chunks, plain, options.survey);
  yield* readStrictRows(name, resumed(rest, chunks), options, after);
}
