import { setImmediate } from "node:timers/promises";
import { DataError } from "../core/errors.js";
import { rowPlace, shapeOf, sharedIntegers, type VectorSet } from "../core/vectors.js";
import { defaultRuntime, type Runtime } from "../kernels/runtime.js";
import { bitScores } from "./bit-tiles.js";
import { FloatPairs } from "./exact/float-pairs.js";
import { overflow } from "./extremes.js";
import { metricOf } from "./metrics/metrics.js";
import type { MetricName, ZeroVectors } from "./options.js";
import { directionError, hasDirection } from "./scale.js";

/** Pairs of a row of one set and a row of another; p of each. */
export interface RowPairs {
  readonly first: ArrayLike<number>;
  readonly second: ArrayLike<number>;
}

/** Returns the numbers from 0 to n − 1, on memory that workers can share: row i of both sets is a pair. */
export function everyRow(rows: number): Uint32Array {
  const every = sharedIntegers(rows);
  for (let i = 0; i < rows; i++) every[i] = i;
  return every;
}

/** Number of pairs whose sums are held at once. */
const PAIRS_TOGETHER = 1 << 14;

/**
 * Returns the score of each pair of rows by a metric: computed exactly and rounded once.
 *
 * @param a n×d. @param b m×d.
 * @returns p scores; NaN only for rows without a direction, if `zeroVectors` is `nan`.
 * @throws {DataError} if dimensions differ, for a row without a direction if `zeroVectors` is `error` (default), and for a
 * score that is larger than any double.
 */
export async function pairScores(
  name: MetricName,
  a: VectorSet,
  b: VectorSet,
  pairs: RowPairs,
  zeroVectors: ZeroVectors = "error",
): Promise<Float64Array> {
  const [scores] = await pairScoresBy([name], a, b, pairs, zeroVectors);
  return scores;
}

/** Returns the same for several metrics, which share what they have in common. */
export async function pairScoresBy(
  names: readonly MetricName[],
  a: VectorSet,
  b: VectorSet,
  { first, second }: RowPairs,
  zeroVectors: ZeroVectors,
  runtime: Runtime = defaultRuntime(),
): Promise<Float64Array[]> {
  expectSameDimensions(a, b);
  const floats = FloatPairs.of(a, b, runtime);
  const scorers = names.map((name) => scorer(name, a, b, zeroVectors, floats));
  const lists = names.map(() => new Float64Array(first.length));
  for (let start = 0; start < first.length; start += PAIRS_TOGETHER) {
    const count = Math.min(PAIRS_TOGETHER, first.length - start);
    if (floats) await floats.sum(rowsOf(first, start, count), rowsOf(second, start, count));
    else await setImmediate();
    for (let p = 0; p < count; p++) {
      const [i, j] = [first[start + p], second[start + p]];
      for (let m = 0; m < scorers.length; m++) lists[m][start + p] = scorers[m](i, j, p);
    }
  }
  return lists;
}

/** Returns some of the numbers of rows, on memory that workers can share. */
function rowsOf(rows: ArrayLike<number>, start: number, count: number): Uint32Array {
  const some = sharedIntegers(count);
  for (let p = 0; p < count; p++) some[p] = rows[start + p];
  return some;
}

/** Returns the function that scores rows i and j by a metric; they are pair p of those that were added up in `floats`. */
function scorer(
  name: MetricName,
  a: VectorSet,
  b: VectorSet,
  zeroVectors: ZeroVectors,
  floats: FloatPairs | null,
): (i: number, j: number, p: number) => number {
  const metric = metricOf(name, a, b);
  const exact = "measure" in metric ? bitScores(metric, a, b) : metric.exact(a, b, zeroVectors);
  const added = floats?.scoreBy(name, zeroVectors);
  return (i, j, p) => {
    let score = added ? added(p) : Number.NaN;
    if (Number.isNaN(score)) score = exact(i, j);
    if (metric.direction && zeroVectors === "error" && Number.isNaN(score)) {
      const isFirst = !hasDirection(a, i, metric.direction);
      throw directionError(isFirst ? a : b, isFirst ? i : j, metric.direction);
    }
    if (Math.abs(score) === Number.POSITIVE_INFINITY) throw overflow(metric, rowPlace(a, i), rowPlace(b, j));
    return score;
  };
}

/** @throws {DataError} if the rows of two sets have different numbers of components, also before both were shortened. */
export function expectSameDimensions(a: VectorSet, b: VectorSet): void {
  const [wholeA, wholeB] = [a.wholeDimensions, b.wholeDimensions];
  if (wholeA !== undefined && wholeB !== undefined && wholeA !== wholeB) {
    throw new DataError(
      `${b.name}: expected rows of ${wholeA} components before --dimensions, as in ${a.name}, found ${wholeB}`,
      "convert writes the components of one file: simcli convert FILE --columns LIST -o FILE.npy",
    );
  }
  if (a.dimensions === b.dimensions) return;
  throw new DataError(
    `${shapeOf(a)} and ${shapeOf(b)}: expected the same dimensions, found ${a.dimensions} and ${b.dimensions}`,
    "rows of both files need the same number of components; --columns selects them",
  );
}
