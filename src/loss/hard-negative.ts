import { expectChoice } from "../core/choices.js";
import type { LossKind, LossScan, ReducedLoss, Reducing, Slope } from "./kind.js";
import { type AnchorNegatives, NegativeFinder, type NegativeOptions } from "./negatives.js";
import type { Pairs } from "./pairs.js";
import { divisorOf, reduce, total } from "./reduce.js";
import { FALLBACKS, NEGATIVES, type PerAnchor, type Reduction } from "./types.js";

/** `margin` is α, in units of similarity. */
export type HardNegativeSettings = NegativeOptions & { readonly margin: number };

/** The defaults of the published version. */
export const HARD_NEGATIVE_DEFAULTS: HardNegativeSettings = {
  margin: 0.25,
  negatives: "semi-hard",
  fallback: "floor",
  tieTolerance: 1e-12,
};

/**
 * The triplet loss with hard negative mining.
 *
 * ```
 * L1[i] = max(mean_neg[i]    − s_ap[i] + α, 0)
 * L2[i] = max(closest_neg[i] − s_ap[i] + α, 0)
 * L[i]  = L1[i] + L2[i];   loss = Σ L[i]
 * ```
 *
 * An anchor without any negative has losses of 0.
 */
export const hardNegative: LossKind<HardNegativeSettings> = {
  name: "hard-negative",
  defaults: HARD_NEGATIVE_DEFAULTS,
  reduction: "sum",
  diagonalOnly: true,
  scan(pairs, settings, direction): LossScan {
    expectChoice("negatives", settings[0].negatives, NEGATIVES);
    expectChoice("fallback", settings[0].fallback, FALLBACKS);
    const finder = new NegativeFinder(pairs, settings[0], direction);
    return {
      passes: finder.passes,
      add: (tile, pass) => finder.add(tile, pass),
      finish(reduction) {
        const found = finder.result();
        return settings.map(({ margin }) => {
          const reduced = lossOf(found, margin, reduction);
          return { ...reduced, slope: (reducing) => slopeOf(reduced.perAnchor, pairs, reducing) };
        });
      },
      found: () => [finder.result()],
    };
  },
  reduce: (found, { margin }, reduction) => lossOf(found as AnchorNegatives, margin, reduction),
};

function lossOf(found: AnchorNegatives, margin: number, reduction: Reduction): ReducedLoss {
  const { positive, meanNegative, closestNegative, closestNegativeIndex, ties, withoutNegative } = found;
  const hinge = (negative: number, i: number) =>
    Number.isNaN(negative) ? 0 : Math.max(negative - positive[i] + margin, 0);
  const l1 = meanNegative.map(hinge);
  const l2 = closestNegative.map(hinge);
  const loss = l1.map((value, i) => value + l2[i]);
  return {
    components: { l1: reduce(l1, loss, reduction), l2: reduce(l2, loss, reduction) },
    loss: reduce(loss, loss, reduction),
    counts: { ties: total(ties), withoutNegative: total(withoutNegative) },
    perAnchor: { positive, meanNegative, closestNegative, closestNegativeIndex, l1, l2, loss },
  };
}

function slopeOf({ l1, l2, loss, closestNegativeIndex }: PerAnchor, pairs: Pairs, reducing: Reducing): Slope {
  const divisor = divisorOf(reducing, pairs.size, loss.filter((each) => each > 0).length);
  // Both hinges fall with the positive. L1 rises with each negative by its share of the mean, L2 with the closest.
  return (anchor, other) => {
    const [active1, active2] = [l1[anchor] > 0, l2[anchor] > 0];
    if (anchor === other) return -(Number(active1) + Number(active2)) / divisor;
    const ofMean = active1 && pairs.relation(anchor, other) === -1 ? 1 / pairs.negatives[anchor] : 0;
    const ofClosest = active2 && other === closestNegativeIndex[anchor] ? 1 : 0;
    return (ofMean + ofClosest) / divisor;
  };
}
