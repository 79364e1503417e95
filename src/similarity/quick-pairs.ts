import { type ScoredMatrix, tiled } from "../core/matrix.js";
import { sharedArray, type VectorSet } from "../core/vectors.js";
import { QUICK_SUMS, quickSums } from "../kernels/pair-sums.js";
import { defaultRuntime, type Runtime } from "../kernels/runtime.js";
import type { Score } from "./exact/score.js";
import { isExtreme } from "./extremes.js";
import { METRICS } from "./metrics/metrics.js";
import type { MetricName, ZeroVectors } from "./options.js";
import { everyRow, expectSameDimensions } from "./pair-scores.js";
import { directionError } from "./scale.js";

/** Metrics whose scores follow from the same few sums over the components of two rows. */
const QUICK_METRICS = ["cosine", "dot", "euclidean", "sqeuclidean", "manhattan"] as const;

type QuickMetric = (typeof QUICK_METRICS)[number];

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
export async function quickPairs(
  metrics: readonly MetricName[],
  a: VectorSet,
  b: VectorSet,
  zeroVectors: ZeroVectors,
  runtime: Runtime = defaultRuntime(),
): Promise<Map<MetricName, ScoredMatrix>> {
  expectSameDimensions(a, b);
  const { rows, dimensions: d } = a;
  const names = isExtreme(a) || isExtreme(b) ? [] : QUICK_METRICS.filter((name) => metrics.includes(name));
  if (names.length === 0) return new Map();
  const sums = await sumsOf(a, b, runtime);
  const lengths = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    const at = QUICK_SUMS.length * i;
    lengths[i] = Math.sqrt(sums[at + QUICK_SUMS.squareOfX]) * Math.sqrt(sums[at + QUICK_SUMS.squareOfY]);
  }
  const relative = 2 * (d + 8) * Number.EPSILON;
  const matrixOf = (name: QuickMetric): ScoredMatrix => {
    const values = new Float64Array(rows);
    for (let i = 0; i < rows; i++) values[i] = scoreOf(name, sums, QUICK_SUMS.length * i, lengths[i]);
    // Few scores are needed exactly, often none.
    let exact: Score | null = null;
    const { direction } = METRICS[name];
    for (let i = lengths.indexOf(0); direction && i >= 0; i = lengths.indexOf(0, i + 1)) {
      const isFirst = sums[QUICK_SUMS.length * i + QUICK_SUMS.squareOfX] === 0;
      if (zeroVectors === "error") throw directionError(isFirst ? a : b, i, direction);
      values[i] = zeroVectors === "nan" ? Number.NaN : 0;
    }
    return {
      ...tiled({ rows, columns: 1, values }),
      nearer: METRICS[name].nearer,
      slack: (row, size) => relative * (name === "cosine" ? 1 : name === "dot" ? lengths[row] : size),
      exact: (row, column) => {
        exact ??= METRICS[name].exact(a, b, zeroVectors);
        return exact(row, column);
      },
    };
  };
  return new Map(names.map((name) => [name, matrixOf(name)]));
}

/** Returns the sums of row i of both sets, `QUICK_SUMS.length` for each i. */
async function sumsOf(a: VectorSet, b: VectorSet, { pool }: Runtime): Promise<Float64Array> {
  const { rows, dimensions: d } = a;
  const sums = sharedArray(QUICK_SUMS.length * rows);
  if (a.values instanceof Float32Array && b.values instanceof Float32Array) {
    const every = everyRow(rows);
    await quickSums(pool, { a: a.values, b: b.values, d, first: every, second: every }, sums);
  } else for (let i = 0; i < rows; i++) sumPair(a, b, i, sums);
  return sums;
}

function scoreOf(name: QuickMetric, sums: Float64Array, at: number, lengths: number): number {
  if (name === "cosine") return Math.max(-1, Math.min(1, sums[at + QUICK_SUMS.product] / lengths));
  if (name === "dot") return sums[at + QUICK_SUMS.product];
  if (name === "manhattan") return sums[at + QUICK_SUMS.distance];
  const square = sums[at + QUICK_SUMS.square];
  return name === "sqeuclidean" ? square : Math.sqrt(square);
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
  const at = QUICK_SUMS.length * i;
  sums[at + QUICK_SUMS.product] = product;
  sums[at + QUICK_SUMS.squareOfX] = ofX;
  sums[at + QUICK_SUMS.squareOfY] = ofY;
  sums[at + QUICK_SUMS.square] = squares;
  sums[at + QUICK_SUMS.distance] = differences;
}
