import type { VectorSet } from "../../core/vectors.js";
import { integerDot, integerRow, nearestDouble } from "./integers.js";
import { overlap, PairProduct } from "./pair-product.js";
import { shareOfError } from "./pair-sums.js";
import { nearestWithin, unscaled } from "./rounding.js";
import { NO_EXPONENT, RowFacts } from "./row-facts.js";
import type { Score } from "./score.js";

/** Returns the dot products of the rows of two sets, each rounded once: sums of two doubles, or of integers if those leave it open. */
export function dotScores(a: VectorSet, b: VectorSet): Score {
  const left = RowFacts.of(a);
  const right = RowFacts.of(b);
  const product = new PairProduct(left, right);
  const { sum } = product;
  const share = shareOfError(a.dimensions);
  return (i, j) => {
    left.learn(i);
    right.learn(j);
    if (left.exponents[i] === NO_EXPONENT || right.exponents[j] === NO_EXPONENT) return 0;
    product.select(i, j);
    const isExact = product.multiply(i, j);
    const nearest = isExact ? sum[0] + sum[1] : nearestWithin(sum[0], sum[1], share * 2 ** product.exponent);
    const score = unscaled(nearest, product.shift);
    return Number.isNaN(score) ? byIntegers(left, i, right, j) : score;
  };
}

function byIntegers(left: RowFacts, i: number, right: RowFacts, j: number): number {
  const { d } = left;
  if (!overlap(left.values, i * d, right.values, j * d, d)) return 0;
  const x = integerRow(left.values, i * d, d, left.quanta[i]);
  const y = integerRow(right.values, j * d, d, right.quanta[j]);
  return nearestDouble(integerDot(x.digits, y.digits), x.exponent + y.exponent);
}
