import type { Mining } from "../core/results.js";
import { BatchAll } from "./batch-all.js";
import { batchHard } from "./batch-hard.js";
import type { LossKind } from "./kind.js";
import { SemiHard } from "./semi-hard.js";

type TripletKind = LossKind<{ mining: Mining; margin: number }>;

/**
 * The triplet loss, `max(negative − positive + margin, 0)`, by which triplets it is computed of.
 *
 * @see https://kevinmusgrave.github.io/pytorch-metric-learning/losses/#tripletmarginloss (with `CosineSimilarity`;
 * alone for all triplets, behind a `BatchHardMiner` for the hardest)
 * @see https://www.tensorflow.org/addons/api_docs/python/tfa/losses/TripletSemiHardLoss (`distance_metric="angular"`)
 */
export const triplet: { readonly [M in Mining]: TripletKind } = {
  "batch-hard": {
    name: "triplet",
    defaults: { mining: "batch-hard", margin: 0.05 },
    reduction: "nonzero",
    ofDiagonal: false,
    manyTerms: false,
    begin: (pairs, { margin }, hardest) =>
      batchHard(
        pairs,
        {
          loss: (difference) => Math.max(difference + margin, 0),
          slope: (difference) => (difference + margin > 0 ? 1 : 0),
        },
        hardest,
      ),
  },
  "batch-all": {
    name: "triplet",
    defaults: { mining: "batch-all", margin: 0.05 },
    reduction: "nonzero",
    ofDiagonal: false,
    manyTerms: true,
    begin: (pairs, { margin }) => new BatchAll(pairs, margin),
  },
  "semi-hard": {
    name: "triplet",
    defaults: { mining: "semi-hard", margin: 1 },
    reduction: "mean",
    ofDiagonal: false,
    manyTerms: true,
    begin: (pairs, { margin }) => new SemiHard(pairs, margin),
  },
};
