import { batchHard } from "./batch-hard.js";
import type { LossKind } from "./kind.js";

/**
 * The soft-margin triplet loss of the hardest pairs: `log(1 + exp(negative − positive))`, the mean of anchors that have both.
 *
 * @see https://arxiv.org/abs/1703.07737 (Hermans et al. 2017); `TripletMarginLoss(margin=0, smooth_loss=True)` behind a
 * `BatchHardMiner` in PyTorch Metric Learning, both with its `CosineSimilarity`
 */
export const softMargin: LossKind = {
  name: "soft-margin",
  defaults: {},
  reduction: "mean",
  ofDiagonal: false,
  manyTerms: false,
  begin: (pairs, _, hardest) =>
    batchHard(
      pairs,
      {
        // In this form no exponential overflows.
        loss: (difference) => Math.max(difference, 0) + Math.log1p(Math.exp(-Math.abs(difference))),
        slope: (difference) => 1 / (1 + Math.exp(-difference)),
      },
      hardest,
    ),
};
