import type { Tile } from "../core/matrix.js";
import { noSimilarity } from "./batch.js";
import { type DirectionLoss, expectAboveZero, type LossKind } from "./kind.js";
import { LogSumExp } from "./log-sum-exp.js";
import { softplus } from "./softplus.js";

/**
 * CoSENT: the loss of the order of pairs. With the similarity s and the gold score y of each pair,
 * `log(1 + Σ exp(λ(s[i] − s[j])))` over all i and j with y[i] < y[j].
 *
 * In the order of gold scores, the sum is one over j of `exp(−λs[j])` times the sum of `exp(λs[i])` over all i before j:
 * O(n log n) operations, no n×n differences. All sums are kept as logarithms, so they cannot overflow.
 *
 * @see https://kexue.fm/archives/8847 (Su 2022); `CoSENTLoss` of Sentence Transformers, whose scale is λ
 */
export const cosent: LossKind<{ scale: number }> = {
  name: "cosent",
  defaults: { scale: 20 },
  reduction: "sum",
  diagonalOnly: true,
  isPaired: true,
  scan({ scores }, [{ scale }]) {
    expectAboveZero("scale", scale);
    if (!scores) throw new Error("expected gold scores");
    const similarities = new Float64Array(scores.length);
    return {
      passes: 1,
      add({ firstRow, values }: Tile) {
        const bad = values.findIndex(Number.isNaN);
        if (bad >= 0) throw noSimilarity(firstRow + bad, 0);
        similarities.set(values, firstRow);
      },
      finish: () => [lossOf(similarities, scores, scale)],
    };
  },
};

function lossOf(similarities: Float64Array, scores: Float64Array, scale: number): DirectionLoss {
  const order = Uint32Array.from(scores, (_, i) => i).sort((i, j) => scores[i] - scores[j] || i - j);
  const below = sumsBefore(order, scores, (i) => scale * similarities[i]);
  const above = sumsBefore(order.slice().reverse(), scores, (i) => -scale * similarities[i]);
  // The logarithms of the terms in which a pair has the greater score, and of those in which it has the smaller one.
  const asGreater = below.sums.map((sum, i) => sum - scale * similarities[i]);
  const asSmaller = above.sums.map((sum, i) => sum + scale * similarities[i]);
  const whole = new LogSumExp(1, false);
  for (const term of asGreater) if (term > Number.NEGATIVE_INFINITY) whole.add(0, term);
  const sum = whole.at(0);
  const loss = softplus(sum);
  return {
    components: {},
    loss,
    counts: { terms: below.terms },
    perAnchor: {
      similarity: similarities,
      score: scores,
      // Each term belongs to two pairs.
      loss: asGreater.map((greater, i) =>
        below.terms === 0 ? 0 : (loss * (Math.exp(greater - sum) + Math.exp(asSmaller[i] - sum))) / 2,
      ),
    },
    // exp(loss) is 1 plus the sum.
    slope: () => (i) => scale * (Math.exp(asSmaller[i] - loss) - Math.exp(asGreater[i] - loss)),
  };
}

/**
 * Returns for each pair `log Σ exp(x)` of the pairs that come before it in the order and have another score, and the number of
 * all these terms.
 */
function sumsBefore(order: Uint32Array, scores: Float64Array, x: (pair: number) => number) {
  const sums = new Float64Array(order.length);
  const before = new LogSumExp(1, false);
  let terms = 0;
  for (let start = 0, end = 0; start < order.length; start = end) {
    while (end < order.length && scores[order[end]] === scores[order[start]]) end++;
    const sum = before.at(0);
    for (const pair of order.subarray(start, end)) sums[pair] = sum;
    for (const pair of order.subarray(start, end)) before.add(0, x(pair));
    terms += start * (end - start);
  }
  return { sums, terms };
}
