import { type ScoredMatrix, tiled } from "../core/matrix.js";
import type { VectorSet } from "../core/vectors.js";
import { isExtreme } from "./extremes.js";
import { METRICS } from "./metrics/metrics.js";
import type { MetricName, ZeroVectors } from "./options.js";
import { expectSameDimensions } from "./pair-scores.js";
import { directionError } from "./scale.js";

/** Metrics whose scores follow from the same few sums over the components of two rows. */
const QUICK_METRICS = ["cosine", "dot", "euclidean", "sqeuclidean", "manhattan"] as const;

type QuickMetric = (typeof QUICK_METRICS)[number];

/** Places of the sums of a pair of rows: Σxy, Σx², Σy², Σ(x − y)², Σ|x − y|. */
const [PRODUCT, SQUARES_OF_X, SQUARES_OF_Y, SQUARES, DIFFERENCES, SUMS] = [0, 1, 2, 3, 4, 5];

/**
 * Returns the scores of row i of `a` and row i of `b` by several metrics, each as an n×1 matrix, from one pass over the components;
 * none for other metrics, and for rows with components that are far from 1.
 *
 * A sum of d products in any order has a relative error of at most du/(1 − du) in Σ|xy| ≤ |x|·|y|, u = 2⁻⁵³, and likewise the
 * sums of squares and differences, whose terms are rounded once or twice more; with the roots and the quotient of the score, 4(d + 8)u is
 * more than the error of each, relative to |x|·|y|, 1 or the distance. No sum overflows or underflows, because components are near 1.
 *
 * @param a, b n×d.
 * @throws {DataError} for a row without a direction, if a metric needs directions and `zeroVectors` is `error`.
 */
export function quickPairs(
  metrics: readonly MetricName[],
  a: VectorSet,
  b: VectorSet,
  zeroVectors: ZeroVectors,
): Map<MetricName, ScoredMatrix> {
  expectSameDimensions(a, b);
  const { rows, dimensions: d } = a;
  const names = isExtreme(a) || isExtreme(b) ? [] : QUICK_METRICS.filter((name) => metrics.includes(name));
  const values = new Map(names.map((name) => [name, new Float64Array(rows)]));
  const slacks = new Map(names.map((name) => [name, new Float64Array(rows)]));
  const cosines = values.get("cosine");
  const relative = 2 * (d + 8) * Number.EPSILON;
  const sums = new Float64Array(SUMS);
  for (let i = 0; i < rows; i++) {
    sumPair(a, b, i, sums);
    const lengths = Math.sqrt(sums[SQUARES_OF_X]) * Math.sqrt(sums[SQUARES_OF_Y]);
    for (const [name, scores] of values) {
      const score = scoreOf(name, sums, lengths);
      scores[i] = score;
      const size = name === "cosine" ? 1 : name === "dot" ? lengths : score;
      (slacks.get(name) as Float64Array)[i] = relative * size;
    }
    const { direction } = METRICS.cosine;
    if (lengths > 0 || !cosines || !direction) continue;
    if (zeroVectors === "error") throw directionError(sums[SQUARES_OF_X] === 0 ? a : b, i, direction);
    cosines[i] = zeroVectors === "nan" ? Number.NaN : 0;
  }
  const matrixOf = (name: QuickMetric): ScoredMatrix => {
    const ofRows = slacks.get(name) as Float64Array;
    return {
      ...tiled({ rows, columns: 1, values: values.get(name) as Float64Array }),
      nearer: METRICS[name].nearer,
      slack: (row) => ofRows[row],
      exact: METRICS[name].exact(a, b, zeroVectors),
    };
  };
  return new Map(names.map((name) => [name, matrixOf(name)]));
}

function scoreOf(name: QuickMetric, sums: Float64Array, lengths: number): number {
  if (name === "cosine") return Math.max(-1, Math.min(1, sums[PRODUCT] / lengths));
  if (name === "dot") return sums[PRODUCT];
  if (name === "manhattan") return sums[DIFFERENCES];
  return name === "sqeuclidean" ? sums[SQUARES] : Math.sqrt(sums[SQUARES]);
}

/** Adds up the components of row i of both sets. */
function sumPair(
  { values: a, dimensions: d }: VectorSet,
  { values: b }: VectorSet,
  i: number,
  sums: Float64Array,
): void {
  let [product, ofX, ofY, squares, differences] = [0, 0, 0, 0, 0];
  for (let k = i * d; k < (i + 1) * d; k++) {
    const x = a[k];
    const y = b[k];
    const difference = x - y;
    product += x * y;
    ofX += x * x;
    ofY += y * y;
    squares += difference * difference;
    differences += Math.abs(difference);
  }
  sums[PRODUCT] = product;
  sums[SQUARES_OF_X] = ofX;
  sums[SQUARES_OF_Y] = ofY;
  sums[SQUARES] = squares;
  sums[DIFFERENCES] = differences;
}
