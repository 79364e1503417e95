import type { Numbers } from "../../core/vectors.js";
import { directionScores } from "../exact/direction-scores.js";
import { COSINES, clip, type Direction, type Metric } from "./metric.js";

/**
 * Returns the cosine of the angle between two vectors:
 * `cos(a, b) = Σ aᵢbᵢ / sqrt(Σ aᵢ² · Σ bᵢ²)`, in [−1, 1]; exactly 1 for equal vectors, −1 for opposite ones.
 * Neither vector may be zero.
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

export const VECTOR_DIRECTION: Direction = {
  centred: false,
  expected: "a direction",
  found: "a zero vector",
  scores: "similarities",
};

export const cosine: Metric = {
  ...COSINES,
  name: "cosine",
  title: "cosine similarity",
  at: cosineAt,
  exact: (a, b, zeroVectors) => directionScores(a, b, false, zeroVectors),
  direction: VECTOR_DIRECTION,
};
