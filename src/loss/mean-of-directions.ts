import type { SimilarityLoss } from "../core/results.js";

/**
 * The mean of the two directions: of their reduced losses, and of every number of an anchor. Counts are added up; an index
 * stays where both directions name the same.
 */
export function meanOfDirections(rows: SimilarityLoss, columns: SimilarityLoss): SimilarityLoss {
  const [a, b] = [rows.perAnchor, columns.perAnchor];
  return {
    ...rows,
    positiveLoss: half(rows.positiveLoss, columns.positiveLoss),
    negativeLoss: half(rows.negativeLoss, columns.negativeLoss),
    loss: half(rows.loss, columns.loss),
    terms: rows.terms + columns.terms,
    active: rows.active + columns.active,
    withoutPositive: rows.withoutPositive + columns.withoutPositive,
    withoutNegative: rows.withoutNegative + columns.withoutNegative,
    perAnchor: {
      positive: halves(a.positive, b.positive),
      positiveIndex: same(a.positiveIndex, b.positiveIndex),
      negative: halves(a.negative, b.negative),
      negativeIndex: same(a.negativeIndex, b.negativeIndex),
      terms: a.terms && b.terms && sums(a.terms, b.terms),
      active: a.active && b.active && sums(a.active, b.active),
      positiveLoss: a.positiveLoss && b.positiveLoss && halves(a.positiveLoss, b.positiveLoss),
      negativeLoss: a.negativeLoss && b.negativeLoss && halves(a.negativeLoss, b.negativeLoss),
      loss: halves(a.loss, b.loss),
    },
  };
}

/** The mean of two numbers, where there are two. */
export const half = (x: number | null, y: number | null) => (x === null || y === null ? null : (x + y) / 2);
export const halves = (x: Float64Array, y: Float64Array) => x.map((value, i) => (value + y[i]) / 2);
/** The index that two directions agree on, else −1. */
export const same = (x: Int32Array, y: Int32Array) => x.map((index, i) => (index === y[i] ? index : -1));
const sums = (x: Float64Array, y: Float64Array) => x.map((value, i) => value + y[i]);
