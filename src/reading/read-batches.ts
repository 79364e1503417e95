import { type FileFormat, formatOf } from "../formats/registry.js";
import { peek } from "../input/peek.js";
import type { ReadOptions } from "../input/read-options.js";
import type { RowBatch } from "../input/row-batch.js";
import type { Source } from "../input/source.js";

/** A source whose format is known. */
export interface Recognised {
  readonly source: Source;
  readonly format: FileFormat;
}

/** Tells the format of a source from its first bytes and its name. */
export async function recognise(input: Source, options: ReadOptions = {}): Promise<Recognised> {
  const { head, source } = await peek(input);
  return { source, format: formatOf(head, source.name, options.inputFormat) };
}

/**
 * Reads vectors in any format a batch at a time, so that a file larger than memory streams.
 *
 * @throws {DataError} for a file that cannot be read, or is not what its format says it is.
 */
export async function* readBatches(input: Source, options: ReadOptions = {}): AsyncGenerator<RowBatch> {
  const { source, format } = await recognise(input, options);
  const read = await format.load();
  yield* read(source, options);
}
