import type { Numbers } from "../../core/vectors.js";
import { DISTANCE, type Metric } from "./metric.js";

/**
 * The Manhattan distance (city block, L1), `Σ |aᵢ − bᵢ|`, of two vectors of d components.
 *
 * @returns 0 or more; Infinity only where it is beyond the doubles.
 * @see https://docs.scipy.org/doc/scipy/reference/generated/scipy.spatial.distance.cityblock.html
 */
function manhattanAt(a: Numbers, aStart: number, b: Numbers, bStart: number, d: number): number {
  let sum = 0;
  for (let k = 0; k < d; k++) sum += Math.abs(a[aStart + k] - b[bStart + k]);
  return sum;
}

export const manhattan: Metric = {
  ...DISTANCE,
  name: "manhattan",
  title: "Manhattan distance",
  at: manhattanAt,
  accumulate: "manhattan",
  finish: null,
};
