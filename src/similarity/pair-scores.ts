import { setImmediate } from "node:timers/promises";
import { DataError } from "../core/errors.js";
import { rowPlace, shapeOf, type VectorSet } from "../core/vectors.js";
import { bitScores } from "./bit-tiles.js";
import { overflow } from "./extremes.js";
import { metricOf } from "./metrics/metrics.js";
import type { MetricName, ZeroVectors } from "./options.js";
import { directionError, hasDirection } from "./scale.js";

/** Pairs of a row of one set and a row of another; p of each. */
export interface RowPairs {
  readonly first: ArrayLike<number>;
  readonly second: ArrayLike<number>;
}

/** Pairs between two visits of the event loop, so that Ctrl-C works. */
const PAIRS_TOGETHER = 4096;

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
  { first, second }: RowPairs,
  zeroVectors: ZeroVectors = "error",
): Promise<Float64Array> {
  expectSameDimensions(a, b);
  const metric = metricOf(name, a, b);
  const scoreOf = "measure" in metric ? bitScores(metric, a, b) : metric.exact(a, b, zeroVectors);
  const scores = new Float64Array(first.length);
  for (let p = 0; p < scores.length; p++) {
    const [i, j] = [first[p], second[p]];
    const score = scoreOf(i, j);
    if (metric.direction && zeroVectors === "error" && Number.isNaN(score)) {
      const isFirst = !hasDirection(a, i, metric.direction);
      throw directionError(isFirst ? a : b, isFirst ? i : j, metric.direction);
    }
    if (Math.abs(score) === Number.POSITIVE_INFINITY) throw overflow(metric, rowPlace(a, i), rowPlace(b, j));
    scores[p] = score;
    if (p % PAIRS_TOGETHER === PAIRS_TOGETHER - 1) await setImmediate();
  }
  return scores;
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
