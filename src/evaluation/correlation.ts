import { unitOf } from "./moments.js";
import { averageRanks, type Ranks, ranked } from "./ranks.js";

/**
 * Returns Pearson's correlation of two lists of n numbers, in [−1, 1]; NaN if one of them is constant or n < 2.
 *
 * @see https://docs.scipy.org/doc/scipy/reference/generated/scipy.stats.pearsonr.html
 */
export function pearson(x: Float64Array, y: Float64Array): number {
  if (isConstant(x) || isConstant(y)) return Number.NaN;
  const [u, v] = [deviations(x), deviations(y)];
  let [uv, uu, vv] = [0, 0, 0];
  for (let i = 0; i < u.length; i++) {
    uv += u[i] * v[i];
    uu += u[i] * u[i];
    vv += v[i] * v[i];
  }
  return Math.max(-1, Math.min(1, uv / Math.sqrt(uu * vv)));
}

/**
 * Returns Spearman's rank correlation of two lists of n numbers: Pearson's correlation of their ranks, where equal numbers
 * have the mean of their ranks. NaN if one list is constant or n < 2.
 *
 * @see https://docs.scipy.org/doc/scipy/reference/generated/scipy.stats.spearmanr.html
 */
export function spearman(x: Float64Array | Ranks, y: Float64Array | Ranks): number {
  return pearson(averageRanks(ranked(x)), averageRanks(ranked(y)));
}

const isConstant = (x: Float64Array): boolean => x.every((value) => value === x[0]);

/**
 * Returns the differences from the mean, times a power of two that brings the largest number near 1: no square overflows or underflows.
 * The factor is exact and the mean is corrected once, so that numbers far from 0 keep the digits of their differences.
 */
function deviations(x: Float64Array): Float64Array {
  const unit = unitOf(x.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0));
  const differences = x.map((value) => value * unit);
  for (const _ of ["mean", "correction"]) {
    const mean = differences.reduce((sum, value) => sum + value, 0) / x.length;
    for (let i = 0; i < x.length; i++) differences[i] -= mean;
  }
  return differences;
}
