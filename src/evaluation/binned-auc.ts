import type { Auc, AucCounter } from "./auc.js";
import { ScoreHistogram } from "./score-histogram.js";

/**
 * Approximates the area under the ROC curve if there are too many positives to keep. Pairs in different bins are
 * compared exactly; pairs in the same bin count one half, so that the error is at most half of their number.
 */
export class BinnedAucCounter implements Pick<AucCounter, "add" | "result"> {
  private readonly negatives: ScoreHistogram;

  /** @param positives the scores of all positives. */
  constructor(private readonly positives: ScoreHistogram) {
    this.negatives = new ScoreHistogram(positives.binWidth);
  }

  /**
   * @param score the score of a negative, with an error of up to `slack`.
   * @param exact returns the exact score; called if the error may change the bin.
   */
  add(score: number, slack: number, exact: () => number): void {
    const { negatives } = this;
    negatives.add(negatives.binOf(score - slack) === negatives.binOf(score + slack) ? score : exact());
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
