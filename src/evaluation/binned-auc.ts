import type { Auc, AucCounter } from "./auc.js";
import { ScoreHistogram } from "./score-histogram.js";

/**
 * Approximates the area under the ROC curve if there are too many positives to keep. Pairs in different bins are
 * compared exactly; pairs in the same bin count one half, so that the error is at most half of their number.
 */
export class BinnedAucCounter implements Pick<AucCounter, "addAll" | "result"> {
  private readonly negatives: ScoreHistogram;

  /** @param positives the scores of all positives. */
  constructor(private readonly positives: ScoreHistogram) {
    this.negatives = new ScoreHistogram(positives.binWidth);
  }

  /**
   * Adds several negatives.
   *
   * @param slack the maximum error of a score.
   * @param exactOf returns the exact score of the k-th of them; called if the error may change the bin.
   */
  addAll(scores: Float64Array, slack: number, exactOf: (k: number) => number): void {
    const { negatives } = this;
    for (let k = 0; k < scores.length; k++) {
      const score = scores[k];
      negatives.add(negatives.binOf(score - slack) === negatives.binOf(score + slack) ? score : exactOf(k));
    }
  }

  /** Returns null without negatives. */
  result(): Auc | null {
    const { negatives } = this;
    const positives = this.positives.widened(negatives.binWidth);
    const { total: all } = positives;
    const [first, last] = negatives.range;
    let [bin, below] = [positives.range[0], 0];
    let [above, tied] = [0, 0];
    for (let own = first; own <= last; own++) {
      for (; bin < own && below < all; bin++) below += positives.countIn(bin);
      const [same, others] = [positives.countIn(own), negatives.countIn(own)];
      above += others * (all - below - same);
      tied += others * same;
    }
    const pairs = all * negatives.total;
    return pairs === 0 ? null : { area: (above + tied / 2) / pairs, error: tied / 2 / pairs };
  }
}
