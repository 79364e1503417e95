import { type CellLoss, oneTermEach } from "./cell-kind.js";
import { LogSumExp } from "./log-sum-exp.js";
import type { Pairs } from "./pairs.js";
import { sigmoid, softplus } from "./softplus.js";

/**
 * The cross entropy of the positives of each anchor: `log Σ exp(S/τ) − mean p/τ`, where the sum is over all its P positives p and its
 * negatives.
 *
 * With the logarithms p⁺ of the sum over positives and n⁺ of the sum over negatives, it is `(p⁺ − mean p/τ) + log(1 + exp(n⁺ − p⁺))`. For one
 * positive the first term is 0, so that a loss near 0 keeps all its digits.
 */
export function crossEntropy({ size, positives }: Pairs, temperature: number): CellLoss {
  const near = new LogSumExp(size, false);
  const far = new LogSumExp(size, false);
  const sums = new Float64Array(size);
  /** The share of the negatives in the sum, from 0 to 1. */
  const shareOfFar = (anchor: number) => sigmoid(far.at(anchor) - near.at(anchor));
  return {
    positive(anchor, _, value) {
      near.add(anchor, value / temperature);
      sums[anchor] += value;
    },
    negative: (anchor, _, value) => far.add(anchor, value / temperature),
    finish() {
      const count = positives.map((n) => Math.min(n, 1));
      const loss = sums.map((sum, i) => {
        if (!count[i]) return 0;
        return near.at(i) - sum / positives[i] / temperature + softplus(far.at(i) - near.at(i));
      });
      return [oneTermEach(loss, count)];
    },
    positiveSlope(anchor, _, value) {
      const share = near.share(anchor, value / temperature);
      return (share - 1 / positives[anchor] - share * shareOfFar(anchor)) / temperature;
    },
    negativeSlope: (anchor, _, value) =>
      positives[anchor] ? (far.share(anchor, value / temperature) * shareOfFar(anchor)) / temperature : 0,
  };
}
