import { equalRows, nearOne } from "../kernels/equal-rows.js";
import { dot } from "../kernels/product.js";
import type { VectorSet } from "../vectors.js";
import type { Backend } from "./backends/backend.js";
import { clip } from "./cosine.js";
import type { Engine } from "./engine.js";
import { exactCosine } from "./exact-cosine.js";
import { scaleRows, type ZeroVectors } from "./scale.js";

/** Matrix mode in plain JavaScript: rows scaled to length 1, then one matrix product. 2·n·m·d operations. */
export function matrixEngine(a: VectorSet, b: VectorSet, zeroVectors: ZeroVectors, backend: Backend): Engine {
  const d = a.dimensions;
  const m = b.rows;
  const unitsOfA = unitRows(a, zeroVectors);
  const unitsOfB = a === b ? unitsOfA : unitRows(b, zeroVectors);
  const near = nearOne(d, a.values);

  function finish(product: number, i: number, j: number): number {
    return product > near && equalRows(unitsOfA, i, unitsOfB, j, d) ? 1 : clip(product);
  }

  let multiply: ((rowsOfA: Float64Array, out: Float64Array) => void) | null = null;
  return {
    ...exactCosine(unitsOfA, unitsOfB, d),
    fillRows(firstRow, out) {
      const rows = out.length / m;
      multiply ??= backend.multiplyBy(unitsOfB, d);
      multiply(unitsOfA.subarray(firstRow * d, (firstRow + rows) * d), out);
      for (let i = 0; i < rows; i++) {
        for (let j = 0; j < m; j++) out[i * m + j] = finish(out[i * m + j], firstRow + i, j);
      }
    },
    fillDiagonal(firstRow, out) {
      for (let i = 0; i < out.length; i++) {
        const row = firstRow + i;
        backend.multiplyBy(unitsOfB.subarray(row * d, (row + 1) * d), d)(
          unitsOfA.subarray(row * d, (row + 1) * d),
          out.subarray(i, i + 1),
        );
        out[i] = finish(out[i], row, row);
      }
    },
  };
}

/** The rows of a set divided by their lengths, n×d; zero vectors as zeros or NaN. */
function unitRows(set: VectorSet, zeroVectors: ZeroVectors): Float64Array {
  const { rows, dimensions: d } = set;
  const { values, zero } = scaleRows(set, zeroVectors);
  const units = Float64Array.from(values);
  const toPrecision = set.values instanceof Float64Array ? (x: number) => x : Math.fround;
  for (let i = 0; i < rows; i++) {
    const start = i * d;
    if (zero?.[i]) {
      units.fill(zeroVectors === "nan" ? Number.NaN : 0, start, start + d);
      continue;
    }
    const length = Math.sqrt(dot(units, start, units, start, d));
    for (let k = start; k < start + d; k++) units[k] = toPrecision(units[k] / length);
  }
  return units;
}
