import type { VectorSet } from "../../core/vectors.js";
import { inputSize } from "../../reading/input-files.js";
import type { ReadVectorsOptions } from "../../reading/read-vectors.js";
import type { Context } from "../../shell/context.js";
import { readInputParts } from "../../shell/inputs.js";
import { expectLabelForEach, type Labels, withLabelColumn } from "./labels.js";
import type { Quantize } from "./quantization.js";

/** Returns about how many rows a large file has: most of their components take four bytes. */
export const aboutRows = (path: string, dimensions: number): number =>
  Math.max(1, Math.round((inputSize(path) ?? 0) / (4 * dimensions)));

/** What a corpus is read with. */
export interface CorpusOptions {
  readonly read: ReadVectorsOptions;
  readonly labels: Labels;
  /** The text of `--labels`, for messages. */
  readonly labelsText: string | undefined;
  /** Quantises each part, if it is given. */
  readonly quantize?: Quantize | null;
}

/**
 * Yields a corpus of any size in parts, with their labels; `firstRow` is the number of the first row of a part. A part is valid
 * until the part after the next one is requested.
 *
 * @throws {DataError} unless a file of labels has one label for each row.
 */
export async function* corpusParts(
  context: Context,
  path: string,
  { read, labels, labelsText, quantize }: CorpusOptions,
): AsyncGenerator<VectorSet & { readonly firstRow: number }> {
  const { list } = labels;
  let rows = 0;
  for await (const part of readInputParts(context, path, withLabelColumn(read, labels))) {
    const { firstRow = 0 } = part;
    rows = part.fileRows ?? rows + part.rows;
    yield {
      ...(quantize?.(part) ?? part),
      firstRow,
      labels: list?.slice(firstRow, firstRow + part.rows) ?? part.labels,
    };
  }
  expectLabelForEach(labels, labelsText, rows, path);
}
