import { type CellLoss, cellKind, oneTermEach } from "./cell-kind.js";
import { expectAboveZero, type LossKind } from "./kind.js";
import { LogSumExp } from "./log-sum-exp.js";

/**
 * InfoNCE: the cross entropy of `S/τ`, the target of anchor i being i: `log Σⱼ exp(S[i,j]/τ) − S[i,i]/τ`.
 * With labels the other cells of the anchor's class are left out of the sum.
 *
 * @see https://arxiv.org/abs/1807.03748; `torch.nn.functional.cross_entropy(S / τ, arange(b))`; CLIP for τ = 0.07 and,
 * with both directions, https://arxiv.org/abs/2103.00020
 */
export const infonce: LossKind<{ temperature: number }> = cellKind({
  name: "infonce",
  defaults: { temperature: 0.07 },
  reduction: "mean",
  diagonalOnly: true,
  manyTerms: false,
  begin({ size, positives }, { temperature }, hardest): CellLoss {
    expectAboveZero("temperature", temperature);
    const logits = new LogSumExp(size, false);
    const add = (anchor: number, _: number, value: number) => logits.add(anchor, value / temperature);
    const probability = (anchor: number, value: number) => logits.share(anchor, value / temperature);
    return {
      positive: add,
      negative: add,
      finish: () => [
        oneTermEach(
          hardest.positive.map((s, i) => logits.at(i) - s / temperature),
          positives,
        ),
      ],
      positiveSlope: (anchor, _, value) => (probability(anchor, value) - 1) / temperature,
      negativeSlope: (anchor, _, value) => probability(anchor, value) / temperature,
    };
  },
});
