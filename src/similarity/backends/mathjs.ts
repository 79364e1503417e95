import { type Matrix, matrix, multiply, transpose } from "mathjs";
import type { Backend } from "./backend.js";

/** mathjs's own product: slow, and written by somebody else. */
export const mathjs: Backend = {
  name: "mathjs",
  multiplyBy(b, d) {
    const right = transpose(nested(b, d));
    return (a, out) => {
      const product = multiply(nested(a, d), right) as Matrix;
      out.set((product.valueOf() as number[][]).flat());
    };
  },
};

function nested(values: Float64Array, d: number): Matrix {
  return matrix(Array.from({ length: values.length / d }, (_, i) => Array.from(values.subarray(i * d, (i + 1) * d))));
}
