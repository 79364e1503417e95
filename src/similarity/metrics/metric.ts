import type { Nearer } from "../../core/matrix.js";
import type { Numbers } from "../../core/vectors.js";
import type { MetricName } from "../options.js";

/** The value for the vectors `a[aStart …]` and `b[bStart …]` of d components each. */
export type Formula = (a: Numbers, aStart: number, b: Numbers, bStart: number, d: number) => number;

/** The largest difference between a cell of size `size` ≥ 0 in row `row` and its exact score. */
export type Slack = (row: number, size: number) => number;

/** How two vectors are compared: the formula of the loop, and the three steps of matrix mode. */
export interface Metric {
  readonly name: MetricName;
  readonly title: string;
  /** Which of two values belongs to the nearer vectors: the greater one for similarities, the smaller one for distances. */
  readonly nearer: Nearer;
  /** The smallest and the largest possible value. */
  readonly range: readonly [number, number];
  readonly at: Formula;
  /** Prepare: rows are brought to length 1 for a metric that compares directions; null uses them as they are. */
  readonly direction: Direction | null;
  /** Accumulate: what is gathered over the components of two rows. A kernel of this name exists. */
  readonly accumulate: "multiply" | "manhattan" | "chebyshev";
  /**
   * Finish: what a product becomes. `clip`: a cosine in [−1, 1], exactly 1 for equal rows. `squares`: the squared distance,
   * from the squared lengths of both rows. `roots`: the root of it. Null: the value is the product itself.
   */
  readonly finish: "clip" | "squares" | "roots" | null;
  /** Returns the error bound of matrix mode for these rows (n×d and m×d, as prepared). */
  slack(a: Numbers, b: Numbers, d: number): Slack;
}

/** What a metric sees of a vector when it compares directions, and the words for a vector that has none. */
export interface Direction {
  /** The mean of a vector is subtracted first. */
  readonly centred: boolean;
  readonly expected: string;
  readonly found: string;
  readonly scores: string;
}

/** The relative error of a distance in matrix mode. */
export const DISTANCE_TOLERANCE = 5e-10;

/** Fields of every distance. */
export const DISTANCE = {
  nearer: "less",
  range: [0, Number.POSITIVE_INFINITY],
  direction: null,
  slack: () => (_: number, size: number) => 2 * DISTANCE_TOLERANCE * size,
} as const;

/**
 * Returns the largest difference between two sums of the same d products of unit rows: 2·d·u, where u is half the machine
 * epsilon, and a few u more for other roundings. Products of float32 rows are summed in float32.
 *
 * @see N. J. Higham, "Accuracy and Stability of Numerical Algorithms", 2nd ed., section 3.1
 */
export function sumSlack(d: number, rows: Numbers): number {
  return 2 * (d + 8) * (rows instanceof Float64Array ? Number.EPSILON : 2 ** -23);
}

/** Fields of a metric that compares directions: matrix mode multiplies unit rows. */
export const COSINES = {
  nearer: "greater",
  range: [-1, 1],
  accumulate: "multiply",
  finish: "clip",
  slack: (a: Numbers, _: Numbers, d: number) => () => sumSlack(d, a),
} as const;

/** Rounding can move a cosine past ±1; NaN stays NaN. */
export function clip(cosine: number): number {
  return Math.max(-1, Math.min(1, cosine));
}
