import type { VectorSet } from "../vectors.js";
import { cosineAt } from "./cosine.js";
import type { Engine } from "./engine.js";
import { scaleRows, type ZeroVectors } from "./scale.js";

/** The readable engine: the formula for every pair of rows. 6·n·m·d operations. */
export function loopEngine(a: VectorSet, b: VectorSet, zeroVectors: ZeroVectors): Engine {
  const d = a.dimensions;
  const m = b.rows;
  const rowsOfA = scaleRows(a, zeroVectors);
  const rowsOfB = scaleRows(b, zeroVectors);
  const withZero = zeroVectors === "zero" ? 0 : Number.NaN;

  function cell(i: number, j: number): number {
    if (rowsOfA.zero?.[i] || rowsOfB.zero?.[j]) return withZero;
    return cosineAt(rowsOfA.values, i * d, rowsOfB.values, j * d, d);
  }

  return {
    nearer: "greater",
    exact: cell,
    slack: () => 0,
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
