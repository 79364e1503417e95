import { multiplyTransposed } from "../../kernels/product.js";
import type { Backend } from "./backend.js";

/** Plain typed arrays: nothing to load, some 3.5 GFLOP/s. */
export const js: Backend = {
  name: "js",
  multiplyBy: (b, d) => (a, out) => multiplyTransposed(a, b, d, out),
};
