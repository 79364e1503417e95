import { cellKind, oneTermEach } from "./cell-kind.js";
import { expectAboveZero, type LossKind } from "./kind.js";
import { LogSumExp } from "./log-sum-exp.js";

/**
 * The supervised contrastive loss with the mean over positives outside of the logarithm (L_out):
 * `log Σ exp(S/τ) − Σ p/(τ·P)`, where the first sum is over all positives and negatives of the anchor and the second over
 * its P positives p.
 *
 * @see https://arxiv.org/abs/2004.11362 (Khosla et al. 2020, equation 2); `SupConLoss()` of PyTorch Metric Learning
 */
export const supcon: LossKind<{ temperature: number }> = cellKind({
  name: "supcon",
  defaults: { temperature: 0.1 },
  reduction: "mean",
  diagonalOnly: false,
  manyTerms: false,
  begin({ size, positives }, { temperature }) {
    expectAboveZero("temperature", temperature);
    const logits = new LogSumExp(size, false);
    const near = new Float64Array(size);
    const probability = (anchor: number, value: number) => logits.share(anchor, value / temperature);
    return {
      positive(anchor, _, value) {
        logits.add(anchor, value / temperature);
        near[anchor] += value;
      },
      negative: (anchor, _, value) => logits.add(anchor, value / temperature),
      finish() {
        const count = positives.map((n) => Math.min(n, 1));
        const loss = near.map((sum, i) => (count[i] ? logits.at(i) - sum / positives[i] / temperature : 0));
        return [oneTermEach(loss, count)];
      },
      positiveSlope: (anchor, _, value) => (probability(anchor, value) - 1 / positives[anchor]) / temperature,
      negativeSlope: (anchor, _, value) => (positives[anchor] ? probability(anchor, value) / temperature : 0),
    };
  },
});
