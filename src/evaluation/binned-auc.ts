import type { Auc, AucCounter } from "./auc.js";
import { ScoreHistogram } from "./score-histogram.js";

/**
 * The area under the ROC curve of more positives than can be kept: a positive and a negative of different bins are
 * compared exactly, those of one bin count half, which is off by half of them at most.
 */
export class BinnedAucCounter implements Pick<AucCounter, "add" | "result"> {
  private readonly negatives: ScoreHistogram;

  /** @param positives all of them. */
  constructor(private readonly positives: ScoreHistogram) {
    this.negatives = new ScoreHistogram(positives.binWidth);
  }

  /**
   * @param score of a negative, off by up to `slack`.
   * @param exact gives the score itself, where that decides upon its bin.
   */
  add(score: number, slack: number, exact: () => number): void {
    const { negatives } = this;
    negatives.add(negatives.binOf(score - slack) === negatives.binOf(score + slack) ? score : exact());
  }

  /** Null without negatives. */
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
