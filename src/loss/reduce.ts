import type { Reduction } from "../core/results.js";
import type { Terms } from "./kind.js";

/**
 * One number for the losses of b anchors, summed in their order.
 *
 * @param losses what is reduced: L1, L2 or their sum.
 * @param totals L1 + L2 of each anchor: `nonzero` divides by how many of them are above 0.
 * @returns null under `none`; 0 under `nonzero` when no loss is above 0.
 */
export function reduce(losses: Float64Array, totals: Float64Array, reduction: Reduction): number | null {
  if (reduction === "none") return null;
  const active = totals.filter((total) => total > 0).length;
  return total(losses) / divisorOf(reduction, losses.length, active);
}

/** One number for the terms of b anchors; null under `none`, 0 where there is no term. */
export function reduceTerms({ sum, count, active }: Terms, reduction: Reduction): number | null {
  return reduction === "none" ? null : total(sum) / divisorOf(reduction, total(count), total(active));
}

/** What the sum of `count` losses, `active` of which are above 0, is divided by. */
export function divisorOf(reduction: Exclude<Reduction, "none">, count: number, active: number): number {
  switch (reduction) {
    case "sum":
      return 1;
    case "mean":
      return Math.max(1, count);
    case "nonzero":
      return Math.max(1, active);
  }
}

/** The sum of some numbers, in their order. */
export function total(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}
