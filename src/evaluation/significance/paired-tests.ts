import { bootstrapIntervals, type Interval } from "./bootstrap.js";
import { exactSum } from "./exact-sum.js";
import { type FlipTest, randomisationTest } from "./sign-flips.js";
import { studentQuantile, studentTails } from "./tail-probabilities.js";
import { type WilcoxonTest, wilcoxonTest } from "./wilcoxon.js";

/** Options of {@link comparePaired}. */
export interface ResamplingOptions {
  /** Number of random sign patterns, and of bootstrap samples. Default: 10,000. */
  readonly resamples?: number;
  /** Seed of both, an integer. Default: 0. */
  readonly seed?: number;
}

/** The values of two systems for the same queries, compared. All tests are two-sided. */
export interface PairedComparison {
  /** The means over the queries. */
  readonly baseline: number;
  readonly value: number;
  /** The mean difference: value − baseline, where values that differ only by rounding are equal. */
  readonly difference: number;
  /** The 95 % confidence interval of the mean difference by Student's t distribution; NaN for one query. */
  readonly interval: Interval;
  /** The paired t-test; t and p are NaN for one query, and if all differences are 0. */
  readonly tTest: { readonly t: number; readonly p: number };
  readonly wilcoxon: WilcoxonTest;
  readonly randomisation: FlipTest;
  /** The 95 % percentile interval of the mean difference by the bootstrap. */
  readonly bootstrap: Interval;
  /** Number of queries with a higher, the same and a lower value than the baseline. */
  readonly higher: number;
  readonly same: number;
  readonly lower: number;
}

/**
 * Compares the values of two systems for the same n queries: the paired t-test, Wilcoxon's signed-rank test, Fisher's
 * randomisation test and the bootstrap.
 *
 * @param pairs one for each measure: the n values of the baseline and of the system, finite. All pairs have the same n ≥ 1, and
 * the bootstrap draws the same queries for all.
 */
export function comparePaired(
  pairs: readonly { readonly baseline: Float64Array; readonly values: Float64Array }[],
  { resamples = 10_000, seed = 0 }: ResamplingOptions = {},
): PairedComparison[] {
  const differences = pairs.map(({ baseline, values }) => values.map((value, i) => differenceOf(value, baseline[i])));
  const intervals = bootstrapIntervals(differences, resamples, seed);
  return pairs.map(({ baseline, values }, j) => {
    const own = differences[j];
    const difference = meanDifference(baseline, values, own);
    const error = standardError(own, difference);
    const freedom = own.length - 1;
    const t = difference / error;
    const reach = studentQuantile(0.05, freedom) * error;
    const count = (sign: number) => own.reduce((sum, one) => sum + (Math.sign(one) === sign ? 1 : 0), 0);
    return {
      baseline: meanOf(baseline),
      value: meanOf(values),
      difference,
      interval: [difference - reach, difference + reach],
      tTest: { t, p: studentTails(t, freedom) },
      wilcoxon: wilcoxonTest(own),
      randomisation: randomisationTest(own, resamples, seed),
      bootstrap: intervals[j],
      higher: count(1),
      same: count(0),
      lower: count(-1),
    };
  });
}

/** Values that differ by at most this share of their size can be equal: rounding errors of a few operations. */
const ROUNDING = 8 * Number.EPSILON;

/**
 * Returns value − baseline; 0 if they differ only by rounding. The average precisions of the ranks 1 and 12 and of the ranks 2 and 3 are
 * both 7/12, but not as doubles.
 */
export function differenceOf(value: number, baseline: number): number {
  const difference = value - baseline;
  const size = Math.max(Math.abs(value), Math.abs(baseline));
  return Math.abs(difference) <= ROUNDING * size ? 0 : difference;
}

const meanOf = (values: Float64Array) => exactSum(values) / values.length;

/** Returns the mean difference, exactly 0 if the values are those of the baseline in another order. */
function meanDifference(baseline: Float64Array, values: Float64Array, differences: Float64Array): number {
  function* terms(): Generator<number> {
    for (const [i, difference] of differences.entries()) {
      if (difference === 0) continue;
      yield values[i];
      yield -baseline[i];
    }
  }
  return exactSum(terms()) / values.length;
}

/** Returns the standard error of a mean; NaN for one value. */
function standardError(values: Float64Array, mean: number): number {
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1) / values.length);
}

/**
 * Returns p-values adjusted by Holm's method, which bounds the probability of one or more false rejections among all of them. NaN
 * stays NaN and is not counted.
 *
 * @see S. Holm, "A simple sequentially rejective multiple test procedure", https://www.jstor.org/stable/4615733
 */
export function holm(values: readonly number[]): number[] {
  const order = [...values.keys()].filter((k) => !Number.isNaN(values[k])).sort((k, l) => values[k] - values[l]);
  const adjusted = values.map(() => Number.NaN);
  let largest = 0;
  for (const [i, k] of order.entries()) {
    largest = Math.max(largest, Math.min(1, (order.length - i) * values[k]));
    adjusted[k] = largest;
  }
  return adjusted;
}
