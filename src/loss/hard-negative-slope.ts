import type { HardNegativeLoss, Reduction } from "../core/results.js";
import type { Pairs } from "./pairs.js";
import { divisorOf } from "./reduce.js";

/**
 * ∂loss/∂S of a cell, by its anchor and the other row: each hinge above 0 falls with the positive; the first rises with
 * every negative, by its share in the mean, the second with the closest one.
 *
 * @param loss of one direction.
 */
export function hardNegativeSlope(
  { batchSize, perAnchor: { l1, l2, loss, closestNegativeIndex } }: HardNegativeLoss,
  { relation, negatives }: Pairs,
  reduction: Exclude<Reduction, "none">,
): (anchor: number, other: number) => number {
  const divisor = divisorOf(reduction, batchSize, loss.filter((total) => total > 0).length);
  return (anchor, other) => {
    const [meanIsNear, closestIsNear] = [l1[anchor] > 0, l2[anchor] > 0];
    if (anchor === other) return -(Number(meanIsNear) + Number(closestIsNear)) / divisor;
    const ofMean = meanIsNear && relation(anchor, other) === -1 ? 1 / negatives[anchor] : 0;
    const ofClosest = closestIsNear && other === closestNegativeIndex[anchor] ? 1 : 0;
    return (ofMean + ofClosest) / divisor;
  };
}
