import { BatchAll } from "./batch-all.js";
import { type CellLoss, cellKind, type HardestPairs, oneTermEach } from "./cell-kind.js";
import type { LossKind } from "./kind.js";
import type { Pairs } from "./pairs.js";
import { SemiHard } from "./semi-hard.js";
import { sigmoid, softplus } from "./softplus.js";
import type { Mining } from "./types.js";

type TripletKind = LossKind<{ mining: Mining; margin: number }>;

/**
 * The triplet loss, `max(negative − positive + margin, 0)`, for each way of mining triplets.
 *
 * @see https://kevinmusgrave.github.io/pytorch-metric-learning/losses/#tripletmarginloss (with `CosineSimilarity`;
 * alone for all triplets, after a `BatchHardMiner` for the hardest)
 * @see https://www.tensorflow.org/addons/api_docs/python/tfa/losses/TripletSemiHardLoss (`distance_metric="angular"`)
 */
export const triplet: { readonly [M in Mining]: TripletKind } = {
  "batch-hard": cellKind({
    name: "triplet",
    defaults: { mining: "batch-hard", margin: 0.05 },
    reduction: "nonzero",
    diagonalOnly: false,
    manyTerms: false,
    begin: (pairs, { margin }, hardest) =>
      ofHardestPairs(pairs, hardest, {
        loss: (difference) => Math.max(difference + margin, 0),
        slope: (difference) => (difference + margin > 0 ? 1 : 0),
      }),
  }),
  "batch-all": cellKind({
    name: "triplet",
    defaults: { mining: "batch-all", margin: 0.05 },
    reduction: "nonzero",
    diagonalOnly: false,
    manyTerms: true,
    begin: (pairs, { margin }) => new BatchAll(pairs, margin),
  }),
  "semi-hard": cellKind({
    name: "triplet",
    defaults: { mining: "semi-hard", margin: 1 },
    reduction: "mean",
    diagonalOnly: false,
    manyTerms: true,
    begin: (pairs, { margin }) => new SemiHard(pairs, margin),
  }),
};

/**
 * The soft-margin triplet loss of the hardest pairs: `log(1 + exp(negative − positive))`, the mean over anchors with both.
 *
 * @see https://arxiv.org/abs/1703.07737 (Hermans et al. 2017); `TripletMarginLoss(margin=0, smooth_loss=True)` after a
 * `BatchHardMiner` in PyTorch Metric Learning, both with its `CosineSimilarity`
 */
export const softMargin: LossKind = cellKind({
  name: "soft-margin",
  defaults: {},
  reduction: "mean",
  diagonalOnly: false,
  manyTerms: false,
  begin: (pairs, _, hardest) =>
    ofHardestPairs(pairs, hardest, {
      loss: softplus,
      slope: sigmoid,
    }),
});

/** A function of the difference `negative − positive`, and its derivative. */
interface DifferenceLoss {
  loss(difference: number): number;
  slope(difference: number): number;
}

/**
 * One triplet for each anchor: its hardest positive and its hardest negative. An anchor that lacks either has none.
 *
 * @see https://arxiv.org/abs/1703.07737 (Hermans et al. 2017, "batch hard")
 */
function ofHardestPairs(pairs: Pairs, hardest: HardestPairs, { loss, slope }: DifferenceLoss): CellLoss {
  const { positive, positiveIndex, negative, negativeIndex } = hardest;
  const isTriplet = (anchor: number) => pairs.positives[anchor] > 0 && pairs.negatives[anchor] > 0;
  const slopeOf = (anchor: number) => (isTriplet(anchor) ? slope(negative[anchor] - positive[anchor]) : 0);
  return {
    positive() {},
    negative() {},
    finish() {
      const count = positive.map((_, i) => (isTriplet(i) ? 1 : 0));
      const sum = negative.map((value, i) => (isTriplet(i) ? loss(value - positive[i]) : 0));
      return [oneTermEach(sum, count)];
    },
    positiveSlope: (anchor, other) => (other === positiveIndex[anchor] ? -slopeOf(anchor) : 0),
    negativeSlope: (anchor, other) => (other === negativeIndex[anchor] ? slopeOf(anchor) : 0),
  };
}
