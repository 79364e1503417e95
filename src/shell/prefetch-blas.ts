import { fileSize } from "../input/file-size.js";
import { poolOf } from "../kernels/pool.js";
import { findBlasEarly } from "../similarity/backends/load.js";
import type { Context } from "./context.js";
import type { EngineOptions } from "./options.js";

/** Text of so many bytes a file, of whatever dimension, makes a product for which a library of the system is loaded. */
const LARGE_PRODUCT_BYTES = 2e7;

/** Prepares for the product of the vectors of two files, or of one with itself, while they are read. */
export function prefetchBlas(
  { options }: Context,
  { mode, backend }: Pick<EngineOptions, "mode" | "backend">,
  a: string,
  b: string = a,
): void {
  const bytes = Math.sqrt((fileSize(a) ?? 0) * (fileSize(b) ?? 0));
  if (bytes < LARGE_PRODUCT_BYTES || mode === "loop" || (backend !== "auto" && backend !== "blas")) return;
  findBlasEarly(poolOf(options.threads));
}
