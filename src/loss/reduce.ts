import type { Terms } from "./cell-kind.js";
import type { Reducing } from "./kind.js";
import type { Reduction } from "./types.js";

/**
 * Reduces the losses of b anchors to one number, summed in the order of anchors.
 *
 * @param losses the losses to reduce: L1, L2 or their sum.
 * @param totals L1 + L2 of each anchor: `nonzero` divides by the number of totals above 0.
 * @returns null for `none`; 0 for `nonzero` when no loss is above 0.
 */
export function reduce(losses: Float64Array, totals: Float64Array, reduction: Reduction): number | null {
  if (reduction === "none") return null;
  const active = totals.filter((total) => total > 0).length;
  return total(losses) / divisorOf(reduction, losses.length, active);
}

/** Reduces the terms of b anchors to one number; null for `none`, 0 when there is no term. */
export function reduceTerms({ sum, count, active }: Terms, reduction: Reduction): number | null {
  return reduction === "none" ? null : total(sum) / divisorOf(reduction, total(count), total(active));
}

/** Returns the divisor for the sum of `count` losses, of which `active` are above 0. */
export function divisorOf(reduction: Reducing, count: number, active: number): number {
  switch (reduction) {
    case "sum":
      return 1;
    case "mean":
      return Math.max(1, count);
    case "nonzero":
      return Math.max(1, active);
  }
}

/** Returns the sum of the values, added in their order. */
export function total(values: Float64Array | Int32Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}
