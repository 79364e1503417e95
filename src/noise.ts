import { DataError } from "./errors.js";
import { rowPlace, sharedArray, type VectorSet } from "./vectors.js";

/**
 * The vectors of a set plus normal noise: approximate duplicates, as the notebook makes them.
 *
 * @param set n×d. @param sd the standard deviation of the noise, at least 0, in the units of the components.
 * @param seed a whole number; the same seed gives the same noise on every machine.
 * @returns n×d, with the ids of `set`.
 * @throws {DataError} where a component leaves the range of a double.
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
 * Draws from N(0, 1), two from every accepted point of the unit disc: Marsaglia's polar method.
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

/**
 * Draws from [0, 1), 53 random bits each: xoshiro128**, its state filled by splitmix32.
 *
 * @see https://prng.di.unimi.it/xoshiro128starstar.c
 */
function uniforms(seed: number): () => number {
  let mix = Math.trunc(seed) ^ Math.floor(seed / 2 ** 32);
  const [s0, s1, s2, s3] = [0, 0, 0, 0].map(() => {
    mix = (mix + 0x9e3779b9) | 0;
    let z = mix ^ (mix >>> 16);
    z = Math.imul(z, 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return z ^ (z >>> 15);
  }) as [number, number, number, number];
  const bits = xoshiro128(s0, s1, s2, s3);
  return () => ((bits() >>> 5) * 2 ** 26 + (bits() >>> 6)) / 2 ** 53;
}

/** The generator itself: 32 bits a call, from a state that is not all zero. */
export function xoshiro128(s0: number, s1: number, s2: number, s3: number): () => number {
  const rotate = (x: number, k: number) => (x << k) | (x >>> (32 - k));
  return () => {
    const result = Math.imul(rotate(Math.imul(s1, 5), 7), 9) >>> 0;
    const t = s1 << 9;
    s2 ^= s0;
    s3 ^= s1;
    s1 ^= s2;
    s0 ^= s3;
    s2 ^= t;
    s3 = rotate(s3, 11);
    return result;
  };
}
