import { words } from "../../core/random.js";

/** Up to this number of differences that are not 0, all patterns of signs are enumerated, whatever the number of resamples. */
const ALWAYS_ENUMERATED = 16;
/** Bits of a random word, and of an index of a table. */
const [WORD_BITS, TABLE_BITS] = [32, 8];

/** The p-value of a test, and whether all cases were counted or a sample of them. */
export interface FlipTest {
  readonly p: number;
  readonly isExact: boolean;
}

/**
 * Tests whether the mean of differences is 0 by giving them random signs: Fisher's randomisation test of two paired samples.
 *
 * The p-value is two-sided: the share of sign patterns for which the sum of the differences is at least as far from 0 as it is. If there are
 * at most `resamples` patterns, or few, all are counted. Otherwise `resamples` random patterns are, and the p-value is (count + 1) /
 * (resamples + 1).
 *
 * @see M. D. Smucker, J. Allan, B. Carterette, "A comparison of statistical significance tests for information retrieval
 * evaluation", https://doi.org/10.1145/1321440.1321528
 */
export function randomisationTest(differences: Float64Array, resamples: number, seed: number): FlipTest {
  // The sign of 0 changes nothing.
  const nonzero = differences.filter((difference) => difference !== 0);
  const isExact = nonzero.length <= ALWAYS_ENUMERATED || 2 ** nonzero.length <= resamples;
  const count = isExact ? 2 ** nonzero.length : resamples;
  let [total, size] = [0, 0];
  for (const difference of nonzero) {
    total += difference;
    size += Math.abs(difference);
  }
  // Sums that differ only by rounding are equal.
  const least = Math.abs(total) - nonzero.length * Number.EPSILON * size;
  let next = 0;
  const sums = flippedSums(nonzero, count, isExact ? () => next++ : words(seed));
  const extreme = sums.reduce((found, sum) => found + (Math.abs(sum) >= least ? 1 : 0), 0);
  return { p: isExact ? extreme / count : (extreme + 1) / (count + 1), isExact };
}

/**
 * Returns `count` sums of the values with other signs: for each 32 values, bit i of the next word keeps the sign of value i. Tables
 * of the sums of 8 values make one addition of eight.
 */
function flippedSums(values: Float64Array, count: number, word: () => number): Float64Array {
  const sums = new Float64Array(count);
  for (let from = 0; from < values.length; from += WORD_BITS) {
    const [first, second, third, fourth] = [0, 1, 2, 3].map((k) => {
      const start = from + k * TABLE_BITS;
      return tableOf(values.subarray(start, Math.min(from + WORD_BITS, start + TABLE_BITS)));
    }) as [Float64Array, Float64Array, Float64Array, Float64Array];
    for (let i = 0; i < count; i++) {
      const bits = word();
      sums[i] += first[bits & 255] + second[(bits >>> 8) & 255] + third[(bits >>> 16) & 255] + fourth[bits >>> 24];
    }
  }
  return sums;
}

/** Returns the sum of up to 8 values for each pattern of signs: value i is negated if bit i of the index is 0. */
function tableOf(values: Float64Array): Float64Array {
  const table = new Float64Array(2 ** TABLE_BITS);
  for (let bits = 0; bits < table.length; bits++) {
    for (const [i, value] of values.entries()) table[bits] += (bits >>> i) & 1 ? value : -value;
  }
  return table;
}
