import type { Matrix } from "mathjs";
import type { Backend } from "./backend.js";

/** mathjs's own product: slow to load and to run, and written by somebody else. */
export async function loadMathjs(): Promise<Backend> {
  const { matrix, multiply, transpose } = await import("mathjs");

  function nested(values: Float64Array, d: number): Matrix {
    return matrix(Array.from({ length: values.length / d }, (_, i) => Array.from(values.subarray(i * d, (i + 1) * d))));
  }

  return {
    name: "mathjs",
    multiplyBy(b, d) {
      const right = transpose(nested(b, d));
      return (a, out) => {
        const product = multiply(nested(a, d), right);
        // The sum of mathjs starts from its first product, which may be −0.
        out.set((product.valueOf() as number[][]).flat().map((cell) => cell + 0));
      };
    },
  };
}
