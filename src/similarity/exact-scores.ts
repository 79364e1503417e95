import type { ScoredMatrix } from "../core/scores.js";
import type { Numbers } from "../core/vectors.js";
import { equalRows, nearOne } from "../kernels/equal-rows.js";
import { dot } from "../kernels/product.js";
import { clip } from "./cosine.js";
import type { Metric } from "./metrics/metric.js";
import { hasDirections } from "./scale.js";
import { CANCELLATION_TOLERANCE, squaredLengths } from "./squares.js";

type Exact = Pick<ScoredMatrix, "exact" | "slack">;

/**
 * The scores of a metric one by one, each summed in the order of the components, and how far those of a product may be
 * from them.
 *
 * @param a n×d, @param b m×d: the rows as they are multiplied, of length 1 where the metric compares directions.
 */
export function exactScores(metric: Metric, a: Numbers, b: Numbers, d: number): Exact {
  if (hasDirections(metric)) return exactCosines(a, b, d);
  const exact = (i: number, j: number) => metric.at(a, i * d, b, j * d, d);
  if (metric.by === "products") return { exact, slack: slackOfDots(a, b, d) };
  return { exact, slack: (_, size) => 2 * CANCELLATION_TOLERANCE * size };
}

/**
 * What two sums of the same d products of unit rows may differ by: 2·d·u in all, u being half the machine epsilon; a few
 * more for the roundings beside the sum. Products of float32 rows are summed in float32.
 *
 * @see N. J. Higham, "Accuracy and Stability of Numerical Algorithms", 2nd ed., section 3.1
 */
const sumSlack = (d: number, rows: Numbers) => 2 * (d + 8) * (rows instanceof Float64Array ? Number.EPSILON : 2 ** -23);

function exactCosines(a: Numbers, b: Numbers, d: number): Exact {
  const slack = sumSlack(d, a);
  const near = nearOne(d, a);
  return {
    exact(i, j) {
      const product = dot(a, i * d, b, j * d, d);
      return product > near && equalRows(a, i, b, j, d) ? 1 : clip(product);
    },
    slack: () => slack,
  };
}

/** The same for rows of any length: times both lengths. */
function slackOfDots(a: Numbers, b: Numbers, d: number): Exact["slack"] {
  const share = sumSlack(d, a);
  let lengths: { readonly ofRows: Float64Array; readonly longest: number } | null = null;
  return (row) => {
    lengths ??= {
      ofRows: squaredLengths(a, d).map(Math.sqrt),
      longest: squaredLengths(b, d).reduce((most, square) => Math.max(most, Math.sqrt(square)), 0),
    };
    return share * lengths.ofRows[row] * lengths.longest;
  };
}
