import { cellKind, type Terms } from "./cell-kind.js";
import type { LossKind } from "./kind.js";

/**
 * The contrastive loss of pairs: `max(positiveMargin − S, 0)` for positives and `max(S − negativeMargin, 0)` for negatives,
 * each reduced over its own pairs, then added.
 *
 * @see https://kevinmusgrave.github.io/pytorch-metric-learning/losses/#contrastiveloss with `CosineSimilarity`, for which
 * its margins are 1 and 0
 */
export const contrastive: LossKind<{ positiveMargin: number; negativeMargin: number }> = cellKind({
  name: "contrastive",
  defaults: { positiveMargin: 1, negativeMargin: 0 },
  reduction: "nonzero",
  diagonalOnly: false,
  manyTerms: true,
  begin({ size, positives, negatives }, { positiveMargin, negativeMargin }) {
    const terms = (count: Float64Array): Terms => ({
      sum: new Float64Array(size),
      count,
      active: new Float64Array(size),
    });
    const add = ({ sum, active }: Terms, anchor: number, excess: number) => {
      if (excess <= 0) return;
      sum[anchor] += excess;
      active[anchor]++;
    };
    const [near, far] = [terms(positives), terms(negatives)];
    return {
      positive: (anchor, _, value) => add(near, anchor, positiveMargin - value),
      negative: (anchor, _, value) => add(far, anchor, value - negativeMargin),
      finish: () => [near, far],
      positiveSlope: (_, __, value) => (positiveMargin - value > 0 ? -1 : 0),
      negativeSlope: (_, __, value) => (value - negativeMargin > 0 ? 1 : 0),
    };
  },
});
