import type { Numbers } from "../../core/vectors.js";
import { manhattanScores } from "../exact/distance-scores.js";
import { DISTANCE, type Metric } from "./metric.js";

/**
 * Returns the Manhattan distance (city block, L1), `Σ |aᵢ − bᵢ|`, of two vectors with d components. The result is ≥ 0;
 * it is Infinity only if the distance is larger than any double.
 *
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
  exact: manhattanScores,
  accumulate: "manhattan",
  finish: null,
};
