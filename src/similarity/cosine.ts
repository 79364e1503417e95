import { type Numbers, vectorsFrom } from "../core/vectors.js";
import { scaleRows } from "./scale.js";

/**
 * The cosine of the angle between two vectors, by its textbook formula:
 * `cos(a, b) = Σ aᵢbᵢ / sqrt(Σ aᵢ² · Σ bᵢ²)`, in [−1, 1]; exactly 1 for equal vectors, −1 for opposite ones.
 *
 * The vectors are `a[aStart …]` and `b[bStart …]`, d components each, none of them zero.
 *
 * @see https://en.wikipedia.org/wiki/Cosine_similarity
 */
export function cosineAt(a: Numbers, aStart: number, b: Numbers, bStart: number, d: number): number {
  let ab = 0;
  let aa = 0;
  let bb = 0;
  for (let k = 0; k < d; k++) {
    const x = a[aStart + k];
    const y = b[bStart + k];
    ab += x * y;
    aa += x * x;
    bb += y * y;
  }
  return clip(ab / Math.sqrt(aa * bb));
}

/** Rounding can carry a cosine past ±1; NaN stays. */
export function clip(cosine: number): number {
  return Math.max(-1, Math.min(1, cosine));
}

/**
 * The cosine similarity of two vectors of one length.
 *
 * @returns a number in [−1, 1].
 * @throws {DataError} when one is a zero vector, or their lengths differ.
 * @example cosine([1, 2, 3], [1, 2, 3.5]) // 0.9974086507360697
 */
export function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const pair = vectorsFrom([a, b]);
  const { values } = scaleRows(pair, "error");
  return cosineAt(values, 0, values, pair.dimensions, pair.dimensions);
}
