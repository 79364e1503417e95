import type { VectorSet } from "../core/vectors.js";
import type { Metric } from "./metrics/metric.js";
import type { ZeroVectors } from "./options.js";
import { scaleRows } from "./scale.js";

/** Returns the value of one cell. */
export type Cell = (i: number, j: number) => number;

/**
 * The readable engine: returns the formula for any pair of rows. A matrix of cosines takes 6·n·m·d operations.
 *
 * @throws {DataError} for a row without a direction, where the metric needs one and `zeroVectors` is `error`.
 */
export function loopCell({ at, direction }: Metric, a: VectorSet, b: VectorSet, zeroVectors: ZeroVectors): Cell {
  const d = a.dimensions;
  const ready = (set: VectorSet) =>
    direction ? scaleRows(set, zeroVectors, direction) : { values: set.values, zero: null };
  const rowsOfA = ready(a);
  const rowsOfB = a === b ? rowsOfA : ready(b);
  const withZero = zeroVectors === "zero" ? 0 : Number.NaN;
  return (i, j) => {
    if (rowsOfA.zero?.[i] || rowsOfB.zero?.[j]) return withZero;
    return at(rowsOfA.values, i * d, rowsOfB.values, j * d, d);
  };
}
