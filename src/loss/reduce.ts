import type { Reduction } from "../results.js";

/**
 * One number for the losses of b anchors, summed in their order.
 *
 * @param losses what is reduced: L1, L2 or their sum.
 * @param totals L1 + L2 of each anchor: `nonzero` divides by how many of them are above 0.
 * @returns null under `none`; 0 under `nonzero` when no loss is above 0.
 */
export function reduce(losses: Float64Array, totals: Float64Array, reduction: Reduction): number | null {
  if (reduction === "none") return null;
  const sum = losses.reduce((total, loss) => total + loss, 0);
  switch (reduction) {
    case "sum":
      return sum;
    case "mean":
      return sum / losses.length;
    case "nonzero":
      return sum / Math.max(1, totals.filter((total) => total > 0).length);
  }
}
