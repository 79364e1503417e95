import { words } from "../../core/random.js";
import { percentile } from "../percentile.js";

/** The ends of an interval. */
export type Interval = readonly [low: number, high: number];

/**
 * Returns the 95 % percentile interval of the mean of each list of differences by the bootstrap: the queries are drawn with
 * replacement, the same ones for all lists.
 *
 * @param differences lists of the same length, one difference per query.
 * @see B. Efron, R. J. Tibshirani, "An introduction to the bootstrap", https://doi.org/10.1201/9780429246593, chapter 13
 */
export function bootstrapIntervals(differences: readonly Float64Array[], resamples: number, seed: number): Interval[] {
  const queries = differences[0]?.length ?? 0;
  const nonzero = differences.map(nonzeroOf);
  const means = differences.map(() => new Float64Array(resamples));
  const bits = words(seed);
  const scale = queries / 2 ** 32;
  const drawn = new Uint32Array(queries);
  for (let i = 0; i < resamples; i++) {
    drawn.fill(0);
    for (let k = 0; k < queries; k++) drawn[Math.floor(bits() * scale)]++;
    for (const [j, { at, values }] of nonzero.entries()) {
      let sum = 0;
      for (let k = 0; k < at.length; k++) sum += drawn[at[k]] * values[k];
      means[j][i] = sum / queries;
    }
  }
  return means.map((list) => {
    list.sort();
    return [percentile(list, 0.025), percentile(list, 0.975)];
  });
}

/** Returns the positions and values of the numbers that are not 0: the others add nothing to a sum. */
function nonzeroOf(list: Float64Array): { readonly at: Uint32Array; readonly values: Float64Array } {
  const at = Uint32Array.from(list.keys()).filter((k) => list[k] !== 0);
  return { at, values: Float64Array.from(at, (k) => list[k]) };
}
