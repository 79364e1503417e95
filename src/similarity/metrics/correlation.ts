import type { Numbers } from "../../core/vectors.js";
import { directionScores } from "../exact/direction-scores.js";
import { COSINES, clip, type Metric } from "./metric.js";

/**
 * Returns the Pearson correlation of two vectors with the means ā and b̄:
 * `r = Σ (aᵢ − ā)(bᵢ − b̄) / sqrt(Σ (aᵢ − ā)² · Σ (bᵢ − b̄)²)`, in [−1, 1]; exactly 1 for equal vectors.
 *
 * The vectors are `a[aStart …]` and `b[bStart …]`, with d components each; neither may be constant. SciPy's correlation
 * distance is 1 − r.
 *
 * @see https://docs.scipy.org/doc/scipy/reference/generated/scipy.stats.pearsonr.html
 */
function correlationAt(a: Numbers, aStart: number, b: Numbers, bStart: number, d: number): number {
  const [a0, b0] = [a[aStart], b[bStart]];
  const meanOfA = offsetOfMean(a, aStart, d);
  const meanOfB = offsetOfMean(b, bStart, d);
  let ab = 0;
  let aa = 0;
  let bb = 0;
  for (let k = 0; k < d; k++) {
    const x = a[aStart + k] - a0 - meanOfA;
    const y = b[bStart + k] - b0 - meanOfB;
    ab += x * y;
    aa += x * x;
    bb += y * y;
  }
  return clip(ab / Math.sqrt(aa * bb));
}

/**
 * Returns the difference between the mean of d components and the first component. Relative to the first component, the
 * mean of a row far from 0 loses no digits, and the mean of equal components is exact.
 */
export function offsetOfMean(values: Numbers, start: number, d: number): number {
  const first = values[start];
  let sum = 0;
  for (let k = start; k < start + d; k++) sum += values[k] - first;
  return sum / d;
}

export const correlation: Metric = {
  ...COSINES,
  name: "correlation",
  title: "Pearson correlation",
  at: correlationAt,
  exact: (a, b, zeroVectors) => directionScores(a, b, true, zeroVectors),
  direction: {
    centred: true,
    expected: "components that differ",
    found: "a constant vector",
    scores: "correlations",
  },
};
