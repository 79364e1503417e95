import type { BitMetricName } from "../options.js";
import type { MetricFacts } from "./metric.js";

/** A metric of packed bits: a function of the bits that are set in either row, and of those in which they differ. */
export interface BitMetric extends MetricFacts {
  readonly name: BitMetricName;
  readonly direction: null;
  /**
   * Returns the value for two rows.
   *
   * @param differing the number of bits in which they differ.
   * @param set the sum of the numbers of set bits of both rows.
   */
  scoreOf(differing: number, set: number): number;
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
  scoreOf: (differing) => differing,
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
  scoreOf: (differing, set) => (set === 0 ? 1 : (set - differing) / (set + differing)),
};
