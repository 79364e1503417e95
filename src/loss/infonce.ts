import { type AnchorLoss, expectAboveZero, type LossKind, termOfEach } from "./kind.js";
import { LogSumExp } from "./log-sum-exp.js";

/**
 * InfoNCE: the cross entropy of `S/τ`, the target of anchor i being i: `log Σⱼ exp(S[i,j]/τ) − S[i,i]/τ`.
 * Labels take the other cells of the anchor's class out of the sum.
 *
 * @see https://arxiv.org/abs/1807.03748; `torch.nn.functional.cross_entropy(S / τ, arange(b))`; CLIP for τ = 0.07 and,
 * with both directions, https://arxiv.org/abs/2103.00020
 */
export const infonce: LossKind<{ temperature: number }> = {
  name: "infonce",
  defaults: { temperature: 0.07 },
  reduction: "mean",
  ofDiagonal: true,
  manyTerms: false,
  begin({ size, positives }, { temperature }, hardest): AnchorLoss {
    expectAboveZero("temperature", temperature);
    const logits = new LogSumExp(size, false);
    const add = (anchor: number, _: number, value: number) => logits.add(anchor, value / temperature);
    const probability = (anchor: number, value: number) => logits.share(anchor, value / temperature);
    return {
      positive: add,
      negative: add,
      finish: () => [
        termOfEach(
          hardest.positive.map((s, i) => logits.at(i) - s / temperature),
          positives,
        ),
      ],
      positiveSlope: (anchor, _, value) => (probability(anchor, value) - 1) / temperature,
      negativeSlope: (anchor, _, value) => probability(anchor, value) / temperature,
    };
  },
};
