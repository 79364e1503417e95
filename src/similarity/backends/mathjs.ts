import type { Matrix } from "mathjs";
import type { Numbers } from "../../core/vectors.js";
import { type PlainBackend, plainBackend } from "./plain.js";

/** Returns the backend that multiplies with mathjs. It is slow, but independent of the code of simcli. */
export async function loadMathjs(): Promise<PlainBackend> {
  const { matrix, multiply, transpose } = await import("mathjs");

  function nested(values: Numbers, d: number): Matrix {
    return matrix(Array.from({ length: values.length / d }, (_, i) => Array.from(values.subarray(i * d, (i + 1) * d))));
  }

  return plainBackend("mathjs", (b, d) => {
    const right = transpose(nested(b, d));
    return (a, out) => {
      const product = multiply(nested(a, d), right);
      // mathjs starts a sum with its first product, which may be −0; adding 0 makes it +0.
      out.set((product.valueOf() as number[][]).flat().map((cell) => cell + 0));
    };
  });
}
