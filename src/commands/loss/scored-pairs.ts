import { DataError } from "../../core/errors.js";
import { tiled } from "../../core/matrix.js";
import { doublesOf, rowPlace, shapeOf, type VectorSet } from "../../core/vectors.js";
import { parseNumber } from "../../input/number.js";
import type { Context } from "../../shell/context.js";
import { readOptionsOf } from "../../shell/inputs.js";
import { computeTiles } from "../../similarity/compute.js";
import { type Labels, labelsFrom, readLabelled, readMaybeLabelled } from "../shared/labels.js";
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
  options: BatchOptions,
): Promise<Batch> {
  const labels = await labelsFrom(context, options.scores);
  const read = { ...readOptionsOf(options), ...context.readerOptions, dtype: options.dtype };
  const common = { labels: null, isSelf: false, columnIds: null };
  if (second === undefined) {
    const set = await readLabelled(context, first, read, labels);
    const { name, rows, dimensions: columns, values, ids } = set;
    const similarity = { name, ...tiled({ rows, columns, values: doublesOf(values) }) };
    return {
      ...common,
      similarity,
      scores: scoresOf(labels, options, set),
      sets: null,
      computed: null,
      rowIds: () => ids,
    };
  }
  expectAllRows(options);
  const { set: a } = await readMaybeLabelled(context, first, read, labels);
  const { set: b } = await readMaybeLabelled(context, second, read, labels);
  expectSameScores(a, b);
  const { mode, backend, zeroVectors } = options;
  const similarity = await computeTiles("cosine", a, b, {
    mode,
    backend,
    zeroVectors,
    paired: true,
    ...context.engineOptions,
  });
  const scores = scoresOf(labels, options, a.labels || labels.list ? a : b);
  return { ...common, similarity, scores, sets: [a, b], computed: similarity, rowIds: () => a.ids };
}

/** @throws {DataError} if both files have the column, with different scores. */
function expectSameScores(a: VectorSet, b: VectorSet): void {
  const row = (b.labels && a.labels?.findIndex((text, i) => text !== b.labels?.[i])) ?? -1;
  if (row < 0) return;
  throw new DataError(
    `${rowPlace(b, row)}: expected the gold score of ${rowPlace(a, row)}, "${a.labels?.[row]}", found "${b.labels?.[row]}"`,
    "row i of both files is a pair",
  );
}

/** @throws {DataError} unless each row has a score that is a number. */
function scoresOf({ list, column }: Labels, { scores: name }: BatchOptions, set: VectorSet): Float64Array {
  const texts = list ?? set.labels;
  if (!texts) throw new DataError(`${shapeOf(set)}: expected a column ${column} of gold scores in a or b, found none`);
  const source = list ? name : set.name;
  if (texts.length !== set.rows) {
    throw new DataError(
      `${source}: expected one gold score for each of the ${set.rows} rows of ${set.name}, found ${texts.length}`,
      "one number per line, in the order of the rows, without a header",
    );
  }
  const scores = Float64Array.from(texts, parseNumber);
  const bad = scores.findIndex((score) => !Number.isFinite(score));
  if (bad < 0) return scores;
  const place = list ? `${name}:${bad + 1}` : rowPlace(set, bad);
  throw new DataError(`${place}: expected a number as gold score, found "${texts[bad]}"`, "every row needs one");
}
