import type { Matrix } from "mathjs";
import type { Numbers } from "../../core/vectors.js";
import { type PlainBackend, plainBackend } from "./plain.js";

/** Returns the backend that multiplies by mathjs: slow to load and to run, and independent of simcli's code. */
export async function loadMathjs(): Promise<PlainBackend> {
  const { matrix, multiply, transpose } = await import("mathjs");

  function nested(values: Numbers, d: number): Matrix {
    return matrix(Array.from({ length: values.length / d }, (_, i) => Array.from(values.subarray(i * d, (i + 1) * d))));
  }

  return plainBackend("mathjs", (b, d) => {
    const right = transpose(nested(b, d));
    return (a, out) => {
      const product = multiply(nested(a, d), right);
      // The sum of mathjs starts from its first product, which may be −0.
      out.set((product.valueOf() as number[][]).flat().map((cell) => cell + 0));
    };
  });
}
