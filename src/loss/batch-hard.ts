import type { HardestPairs } from "./hardest-pairs.js";
import type { AnchorLoss } from "./kind.js";
import { termOfEach } from "./kind.js";
import type { Pairs } from "./pairs.js";

/** A function of the difference `negative − positive`, and its derivative. */
export interface PairLoss {
  loss(difference: number): number;
  slope(difference: number): number;
}

/**
 * One triplet an anchor, of its hardest positive and its hardest negative; an anchor that lacks either has none.
 *
 * @see https://arxiv.org/abs/1703.07737 (Hermans et al. 2017, "batch hard")
 */
export function batchHard(pairs: Pairs, { loss, slope }: PairLoss, hardest: HardestPairs): AnchorLoss {
  const { positive, positiveIndex, negative, negativeIndex } = hardest;
  const isTriplet = (anchor: number) => pairs.positives[anchor] > 0 && pairs.negatives[anchor] > 0;
  const slopeOf = (anchor: number) => (isTriplet(anchor) ? slope(negative[anchor] - positive[anchor]) : 0);
  return {
    positive() {},
    negative() {},
    finish() {
      const count = positive.map((_, i) => (isTriplet(i) ? 1 : 0));
      return [
        termOfEach(
          negative.map((value, i) => (isTriplet(i) ? loss(value - positive[i]) : 0)),
          count,
        ),
      ];
    },
    positiveSlope: (anchor, other) => (other === positiveIndex[anchor] ? -slopeOf(anchor) : 0),
    negativeSlope: (anchor, other) => (other === negativeIndex[anchor] ? slopeOf(anchor) : 0),
  };
}
