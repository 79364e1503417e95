import type { VectorSet } from "../core/vectors.js";
import type { Engine } from "./engine.js";
import type { Metric } from "./metrics/metric.js";
import { hasDirections, scaleRows, type ZeroVectors } from "./scale.js";

/** An engine that can compute any cell by itself. */
export interface LoopEngine extends Engine {
  cell(i: number, j: number): number;
}

/** The readable engine: the formula for every pair of rows. 6·n·m·d operations for a cosine. */
export function loopEngine(metric: Metric, a: VectorSet, b: VectorSet, zeroVectors: ZeroVectors): LoopEngine {
  const d = a.dimensions;
  const m = b.rows;
  const ready = (set: VectorSet) =>
    hasDirections(metric) ? scaleRows(set, zeroVectors, metric.by) : { values: set.values, zero: null };
  const rowsOfA = ready(a);
  const rowsOfB = a === b ? rowsOfA : ready(b);
  const withZero = zeroVectors === "zero" ? 0 : Number.NaN;

  function cell(i: number, j: number): number {
    if (rowsOfA.zero?.[i] || rowsOfB.zero?.[j]) return withZero;
    return metric.at(rowsOfA.values, i * d, rowsOfB.values, j * d, d);
  }

  return {
    cell,
    fillRows(firstRow, out) {
      const rows = out.length / m;
      for (let i = 0; i < rows; i++) {
        for (let j = 0; j < m; j++) out[i * m + j] = cell(firstRow + i, j);
      }
    },
    fillDiagonal(firstRow, out) {
      for (let i = 0; i < out.length; i++) out[i] = cell(firstRow + i, firstRow + i);
    },
  };
}
