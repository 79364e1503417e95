import { type FileFormat, formatOf } from "../formats/registry.js";
import { fileSize } from "../input/file-size.js";
import type { ReadOptions, RowBatch, RowSink } from "../input/reader.js";
import { openFile, peek, type Source } from "../input/source.js";
import { withoutMissing } from "./missing-values.js";

/** Detects the format of a source from its first bytes and its name. */
export async function recognise(
  input: Source,
  options: ReadOptions = {},
): Promise<{ readonly source: Source; readonly format: FileFormat }> {
  const { head, source } = await peek(input);
  return { source, format: formatOf(head, source.name, options.inputFormat) };
}

/**
 * Reads vectors in any format in batches, so that a file may be larger than memory.
 *
 * @param sink the receiver of all rows, if they are kept.
 * @throws {DataError} for a file that cannot be read, or is not in its format.
 */
export async function* readBatches(
  input: Source,
  options: ReadOptions = {},
  sink: RowSink | null = null,
): AsyncGenerator<RowBatch> {
  const { source, format } = await recognise(input, options);
  const read = await format.load();
  const { missing = "error" } = options;
  if (missing === "error" || options.nonFinite === "keep") {
    yield* read(source, options, sink);
    return;
  }
  const keeping: ReadOptions = { ...options, nonFinite: "keep" };
  const { file } = source;
  const again = file && fileSize(file.path) !== null ? () => read(openFile(file.path), keeping) : null;
  yield* withoutMissing(source.name, () => read(source, keeping, sink), again, options);
}
