import { DataError } from "./errors.js";
import { uniforms } from "./random.js";
import { rowPlace, sharedArray, type VectorSet } from "./vectors.js";

/**
 * Adds normal noise to the vectors of a set, which makes approximate duplicates.
 *
 * @param set n×d. @param sd the standard deviation of the noise, at least 0, in the units of the components.
 * @param seed an integer; the same seed gives the same noise on every machine.
 * @returns n×d, with the ids of `set`.
 * @throws {DataError} when a component overflows.
 */
export function addNoise(set: VectorSet, sd: number, seed: number): VectorSet {
  const values = sharedArray(set.values.length);
  const normal = normals(uniforms(seed));
  for (let k = 0; k < values.length; k++) {
    const value = set.values[k] + sd * normal();
    if (!Number.isFinite(value)) {
      const place = rowPlace(set, Math.floor(k / set.dimensions));
      throw new DataError(`${place}: expected a sum within ±1.8e308, found ${set.values[k]} plus noise of sd ${sd}`);
    }
    values[k] = value;
  }
  return { ...set, values };
}

/**
 * Returns a generator of N(0, 1), by Marsaglia's polar method: two values from each accepted point of the unit disc.
 *
 * @see https://doi.org/10.1137/1006063
 */
function normals(uniform: () => number): () => number {
  let spare: number | null = null;
  return () => {
    if (spare !== null) {
      const value = spare;
      spare = null;
      return value;
    }
    let x: number;
    let y: number;
    let square: number;
    do {
      x = 2 * uniform() - 1;
      y = 2 * uniform() - 1;
      square = x * x + y * y;
    } while (square >= 1 || square === 0);
    const scale = Math.sqrt((-2 * Math.log(square)) / square);
    spare = y * scale;
    return x * scale;
  };
}
