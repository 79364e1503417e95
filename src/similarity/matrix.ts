import type { Backend } from "./backends/backend.js";
import type { Engine } from "./engine.js";
import type { ProductForm } from "./product-form.js";

/** Matrix mode in plain JavaScript: one matrix product, and what the metric makes of it. 2·n·m·d operations. */
export function matrixEngine({ left, right, value }: ProductForm, d: number, backend: Backend): Engine {
  const m = right.length / d;
  let multiply: ((rows: Float64Array, out: Float64Array) => void) | null = null;
  return {
    fillRows(firstRow, out) {
      const rows = out.length / m;
      multiply ??= backend.multiplyBy(right, d);
      multiply(left.subarray(firstRow * d, (firstRow + rows) * d), out);
      for (let i = 0; i < rows; i++) {
        for (let j = 0; j < m; j++) out[i * m + j] = value(out[i * m + j], firstRow + i, j);
      }
    },
    fillDiagonal(firstRow, out) {
      for (let i = 0; i < out.length; i++) {
        const row = firstRow + i;
        backend.multiplyBy(right.subarray(row * d, (row + 1) * d), d)(
          left.subarray(row * d, (row + 1) * d),
          out.subarray(i, i + 1),
        );
        out[i] = value(out[i], row, row);
      }
    },
  };
}
