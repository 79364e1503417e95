import { partitionPoint } from "../../core/partition-point.js";
import type { MetricName } from "../options.js";
import type { MetricFacts } from "./metric.js";

/** A metric of packed bits: a function of the bits that are set in either row, and of those in which they differ. */
export interface BitMetric extends MetricFacts {
  /** What the kernels compare; the order is the same. */
  readonly measure: "hamming" | "jaccard";
  readonly direction: null;
  /**
   * Returns the value for two rows.
   *
   * @param differing the number of bits in which they differ.
   * @param set the sum of the numbers of set bits of both rows; any number for the measure `hamming`.
   */
  scoreOf(differing: number, set: number): number;
  /** Returns the greatest measure of rows that score `score` or nearer; similarities are negated. */
  limitOf(score: number): number;
}

/**
 * The Hamming distance: the number of bits in which two rows differ, as faiss and usearch count it. SciPy divides it by the
 * number of bits.
 *
 * @see https://docs.scipy.org/doc/scipy/reference/generated/scipy.spatial.distance.hamming.html
 */
export const hamming: BitMetric = {
  name: "hamming",
  title: "Hamming distance",
  nearer: "less",
  range: [0, Number.POSITIVE_INFINITY],
  direction: null,
  measure: "hamming",
  scoreOf: (differing) => differing,
  limitOf: (score) => score,
};

/**
 * The Jaccard similarity |a ∧ b| / |a ∨ b|, also called Tanimoto similarity: the share of the bits set in either row that are set in
 * both, which is (x + y − h) / (x + y + h) for rows with x and y set bits that differ in h. Two rows without set bits have
 * the similarity 1, as in SciPy. The Jaccard distance of SciPy, faiss and usearch is 1 minus this.
 *
 * @see https://docs.scipy.org/doc/scipy/reference/generated/scipy.spatial.distance.jaccard.html
 */
export const jaccard: BitMetric = {
  name: "jaccard",
  title: "Jaccard similarity",
  nearer: "greater",
  range: [0, 1],
  direction: null,
  measure: "jaccard",
  scoreOf: (differing, set) => (set === 0 ? 1 : (set - differing) / (set + differing)),
  limitOf: (score) => -score,
};

/** The scores of rows of d components 1 and −1 that differ in h, rounded once; the order is that of h. */
const SIGN_SCORES: { readonly [name in MetricName]?: (h: number, d: number) => number } = {
  cosine: (h, d) => (d - 2 * h) / d,
  dot: (h, d) => d - 2 * h,
  euclidean: (h) => 2 * Math.sqrt(h),
  sqeuclidean: (h) => 4 * h,
  manhattan: (h) => 2 * h,
};

/** Whether a metric of rows of 1 and −1 depends only on the number of components that differ. */
export const comparesSigns = (name: MetricName): boolean => name in SIGN_SCORES;

/** Returns a metric of components 1 and −1 as a metric of bits, which are set for 1. */
export function signMetric({ name, title, nearer, range }: MetricFacts, d: number): BitMetric {
  const score = SIGN_SCORES[name];
  if (!score) throw new Error(`expected a metric of signs, found ${name}`);
  const scores = Float64Array.from({ length: d + 1 }, (_, h) => score(h, d));
  const isFarther = nearer === "greater" ? (x: number, y: number) => x < y : (x: number, y: number) => x > y;
  return {
    name,
    title,
    nearer,
    range,
    direction: null,
    measure: "hamming",
    scoreOf: (differing) => scores[differing],
    limitOf: (limit) => partitionPoint(scores, 0, scores.length, (x) => isFarther(x, limit)) - 1,
  };
}
