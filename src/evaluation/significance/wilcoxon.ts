import { randomisationTest } from "./sign-flips.js";
import { normalTails } from "./tail-probabilities.js";

/** Up to this number of differences, none of them 0 and no two of the same size, the distribution is enumerated. */
const MAX_EXACT = 50;
/** Up to this number of differences, those with zeros or ties are tested by all patterns of signs. */
const MAX_SIGNS = 13;

export interface WilcoxonTest {
  /** The smaller of the sums of the ranks of positive and of negative differences. */
  readonly statistic: number;
  /** Two-sided; 1 if all differences are 0. */
  readonly p: number;
  /** `exact`: the distribution of the statistic; `signs`: all patterns of signs; `normal`: the normal approximation. */
  readonly method: "exact" | "signs" | "normal";
}

/**
 * Returns Wilcoxon's signed-rank test of differences, with the rules of SciPy's `wilcoxon` (1.13 and later): zeros are left out,
 * differences of the same size share the mean of their ranks, and the normal approximation has no continuity correction. If all differences
 * are 0, p is 1 for any number of them; SciPy has NaN for more than 13.
 *
 * @see https://docs.scipy.org/doc/scipy/reference/generated/scipy.stats.wilcoxon.html
 */
export function wilcoxonTest(differences: Float64Array): WilcoxonTest {
  const { ranks, tieTerm } = signedRanks(differences);
  const n = ranks.length;
  const positive = ranks.reduce((sum, rank) => sum + Math.max(0, rank), 0);
  const all = (n * (n + 1)) / 2;
  const statistic = Math.min(positive, all - positive);
  const isPlain = n === differences.length && tieTerm === 0;
  if (isPlain && n <= MAX_EXACT) return { statistic, p: exactTails(statistic, n), method: "exact" };
  // If all differences are 0, every pattern of signs has the same statistic: p is 1.
  if (differences.length <= MAX_SIGNS || n === 0) {
    return { statistic, p: randomisationTest(ranks, 0, 0).p, method: "signs" };
  }
  const deviation = Math.sqrt((n * (n + 1) * (2 * n + 1) - tieTerm / 2) / 24);
  return { statistic, p: normalTails((positive - all / 2) / deviation), method: "normal" };
}

/** Returns the ranks of the sizes of the differences that are not 0, with their signs, and Σ (t³ − t) over groups of t equal sizes. */
function signedRanks(differences: Float64Array): { readonly ranks: Float64Array; readonly tieTerm: number } {
  const sorted = differences.filter((difference) => difference !== 0);
  const ranks = new Float64Array(sorted.length);
  sorted.sort((one, other) => Math.abs(one) - Math.abs(other));
  let tieTerm = 0;
  for (let from = 0; from < sorted.length; ) {
    let end = from + 1;
    while (end < sorted.length && Math.abs(sorted[end]) === Math.abs(sorted[from])) end++;
    // The ranks from + 1 … end have this mean.
    for (let i = from; i < end; i++) ranks[i] = Math.sign(sorted[i]) * ((from + 1 + end) / 2);
    const tied = end - from;
    tieTerm += tied ** 3 - tied;
    from = end;
  }
  return { ranks, tieTerm };
}

/**
 * Returns twice the probability that the sum of the positive ranks 1 … n is at most `statistic`, at most 1. The counts of subsets by
 * their sum are exact integers: there are at most 2⁵⁰ subsets.
 */
function exactTails(statistic: number, n: number): number {
  const counts = new Float64Array((n * (n + 1)) / 2 + 1);
  counts[0] = 1;
  for (let rank = 1; rank <= n; rank++) {
    for (let sum = counts.length - 1; sum >= rank; sum--) counts[sum] += counts[sum - rank];
  }
  const atMost = counts.subarray(0, statistic + 1).reduce((sum, count) => sum + count, 0);
  return Math.min(1, (2 * atMost) / 2 ** n);
}
