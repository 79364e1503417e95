import type { Nearer } from "../../core/matrix.js";
import type { Numbers, VectorSet } from "../../core/vectors.js";
import type { Score } from "../exact/score.js";
import type { ComponentMetricName, MetricName, ZeroVectors } from "../options.js";

/** Returns the value for the vectors `a[aStart …]` and `b[bStart …]` with d components each. */
export type Formula = (a: Numbers, aStart: number, b: Numbers, bStart: number, d: number) => number;

/** Returns the maximum difference between a cell of absolute value `size` in row `row` and its exact score. */
export type Slack = (row: number, size: number) => number;

/** What is known of every metric. */
export interface MetricFacts {
  readonly name: MetricName;
  readonly title: string;
  /** Which of two values means nearer vectors: the greater one for similarities, the smaller one for distances. */
  readonly nearer: Nearer;
  /** Smallest and largest possible value. */
  readonly range: readonly [number, number];
}

/** A metric of components: the formula for loop mode, and the three steps of matrix mode (prepare, accumulate, finish). */
export interface Metric extends MetricFacts {
  readonly name: ComponentMetricName;
  readonly at: Formula;
  /** Prepare: a metric that compares directions divides each row by its length; null uses the rows unchanged. */
  readonly direction: Direction | null;
  /** Accumulate: the operation over the components of two rows, and the name of its kernel. */
  readonly accumulate: "multiply" | "manhattan" | "chebyshev";
  /**
   * Finish: converts a product to the value. `clip`: a cosine in [−1, 1], exactly 1 for equal rows. `squares`: the squared
   * distance, from the squared lengths of both rows. `roots`: its square root. Null: the value is the product itself.
   */
  readonly finish: "clip" | "squares" | "roots" | null;
  /**
   * Returns the exact scores of the rows of two sets: the value of the metric, rounded once to a double.
   *
   * @param zeroVectors `zero` counts scores of rows without a direction as 0; otherwise they are NaN.
   */
  exact(a: VectorSet, b: VectorSet, zeroVectors: ZeroVectors): Score;
  /** Returns the error bound of a cell, for the rows that are multiplied (n×d and m×d): prepared, or those of loop mode. */
  slack(a: Numbers, b: Numbers, d: number): Slack;
}

/** How a metric defines the direction of a vector, and the words of its message for a vector without a direction. */
export interface Direction {
  /** Whether the mean of a vector is subtracted first. */
  readonly centred: boolean;
  readonly expected: string;
  readonly found: string;
  readonly scores: string;
}

/** Maximum relative error of a distance in matrix mode. */
export const DISTANCE_TOLERANCE = 5e-10;

/** Common fields of the distances. */
export const DISTANCE = {
  nearer: "less",
  range: [0, Number.POSITIVE_INFINITY],
  direction: null,
  // Squares of differences below 2^−511 underflow.
  slack: (_a: Numbers, _b: Numbers, d: number) => (_: number, size: number) =>
    2 * DISTANCE_TOLERANCE * size + d * LEAST_ERROR,
} as const;

/** More than the error of an operation that underflows. */
export const LEAST_ERROR = 2 ** -1070;

/**
 * Returns the maximum difference between a cell and the exact score for rows of length 1: 4(d + 8)u, where u is half the
 * machine epsilon. Products of float32 rows are rounded to float32 and summed in float32.
 *
 * The sum of d products has an error of at most du, in any order. Each row divided by its length has a relative error of
 * (d/2 + 2)u, where the length is a sum of squares; together at most (2d + 4)u. The formula of loop mode has the same
 * roundings in another order. For correlations, the rounding errors of x − x₀ and of its difference from the mean are at
 * most u(|x − x̄| + sqrt(d)·|x₀ − x̄|) for each row, where |x₀ − x̄| ≤ |x − x̄|; the error of the mean itself is a multiple of
 * (1, …, 1), which is orthogonal to the other row. This adds 4(1 + sqrt(d))u, which is less than the (2d + 28)u that are
 * left. A cell of rows whose unit rows are equal is 1, although the rows may differ by 2u.
 *
 * @see N. J. Higham, "Accuracy and Stability of Numerical Algorithms", 2nd ed., section 3.1
 */
export function sumSlack(d: number, rows: Numbers): number {
  return 2 * (d + 8) * (rows instanceof Float64Array ? Number.EPSILON : 2 ** -23);
}

/** Common fields of the metrics that compare directions: matrix mode multiplies unit rows. */
export const COSINES = {
  nearer: "greater",
  range: [-1, 1],
  accumulate: "multiply",
  finish: "clip",
  slack: (a: Numbers, _: Numbers, d: number) => () => sumSlack(d, a),
} as const;

/** Returns the finish step of a metric that needs squared lengths and whole rows of products; null for other metrics. */
export const squareStep = ({ finish }: Metric): "squares" | "roots" | null =>
  finish === "squares" || finish === "roots" ? finish : null;

/** Limits a cosine to [−1, 1], since rounding can exceed the limits. NaN stays NaN. */
export function clip(cosine: number): number {
  return Math.max(-1, Math.min(1, cosine));
}
