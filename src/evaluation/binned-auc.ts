import type { Auc } from "./auc.js";
import type { ScoreHistogram } from "./score-histogram.js";

/**
 * Returns an approximation of the area under the ROC curve from histograms, for too many positives to keep. Pairs in different bins are
 * compared exactly; pairs in the same bin count one half, so that the error is at most half of their number.
 *
 * @returns null without negatives.
 */
export function binnedAuc(ofPositives: ScoreHistogram, ofNegatives: ScoreHistogram): Auc | null {
  const width = Math.max(ofPositives.binWidth, ofNegatives.binWidth);
  const [positives, negatives] = [ofPositives.widened(width), ofNegatives.widened(width)];
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
