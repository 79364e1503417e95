import { cellKind } from "./cell-kind.js";
import { crossEntropy } from "./cross-entropy.js";
import { expectAboveZero, type LossKind } from "./kind.js";

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
  begin(pairs, { temperature }) {
    expectAboveZero("temperature", temperature);
    return crossEntropy(pairs, temperature);
  },
});
