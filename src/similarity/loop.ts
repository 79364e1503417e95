import type { VectorSet } from "../core/vectors.js";
import type { Metric } from "./metrics/metric.js";
import type { ZeroVectors } from "./options.js";
import { scaleRows } from "./scale.js";

/** Returns the value of one cell. */
export type Cell = (i: number, j: number) => number;

/**
 * Returns a function that evaluates the formula for a pair of rows. It is written for readability, as a reference for the
 * matrix engine: a matrix of cosines takes 6·n·m·d operations.
 *
 * @throws {DataError} for a row without a direction, if the metric needs directions and `zeroVectors` is `error`.
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
