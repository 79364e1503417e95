import { cellKind } from "./cell-kind.js";
import { crossEntropy } from "./cross-entropy.js";
import { expectAboveZero, type LossKind } from "./kind.js";

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
  begin(pairs, { temperature }) {
    expectAboveZero("temperature", temperature);
    return crossEntropy(pairs, temperature);
  },
});
