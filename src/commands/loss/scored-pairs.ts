import { tiled } from "../../core/matrix.js";
import { doublesOf } from "../../core/vectors.js";
import type { Context } from "../../shell/context.js";
import { readOptionsOf } from "../../shell/inputs.js";
import { computeTiles, expectSameSize } from "../../similarity/compute.js";
import { readRowPairs, readRowValues } from "../shared/pair-values.js";
import { expectAllRows } from "../shared/pairs-by-row.js";
import type { Batch, BatchOptions } from "./loss-batch.js";

/**
 * Reads two files of vectors, whose rows i are a pair, or one similarity for each pair; with the gold scores of the pairs,
 * a column of one of the files or a file of numbers.
 */
export async function readScoredPairs(
  context: Context,
  first: string,
  second: string | undefined,
  { scores: text = "", mode, backend, zeroVectors, ...options }: BatchOptions,
): Promise<Batch> {
  const read = { ...readOptionsOf(options), ...context.readerOptions, dtype: options.dtype };
  const common = { labels: null, isSelf: false, columnIds: null };
  if (second === undefined) {
    const { set, values: scores } = await readRowValues(context, first, read, text);
    const { name, rows, dimensions: columns, values, ids } = set;
    const similarity = { name, ...tiled({ rows, columns, values: doublesOf(values) }) };
    return { ...common, similarity, scores, sets: null, computed: null, rowIds: () => ids };
  }
  expectAllRows(context, options);
  const { a, b, values: scores } = await readRowPairs(context, [first, second], read, text);
  expectSameSize(a, b);
  const computing = { mode, backend, zeroVectors, paired: true, ...context.engineOptions };
  const similarity = await computeTiles("cosine", a, b, computing);
  return { ...common, similarity, scores, sets: [a, b], computed: similarity, rowIds: () => a.ids };
}
