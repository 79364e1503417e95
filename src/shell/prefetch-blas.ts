import { fileSize } from "../input/file-size.js";
import type { Context } from "./context.js";
import type { EngineOptions } from "./options.js";

/** Two text files of this size make a product, of any dimension, for which the backend `auto` loads a BLAS. */
const LARGE_PRODUCT_BYTES = 2e7;

/** Finds a BLAS while large files are read whose vectors will be multiplied. */
export function prefetchBlas(
  { runtime }: Context,
  { mode, backend }: Pick<EngineOptions, "mode" | "backend">,
  a: string,
  b: string = a,
): void {
  const bytes = Math.sqrt((fileSize(a) ?? 0) * (fileSize(b) ?? 0));
  if (bytes < LARGE_PRODUCT_BYTES || mode === "loop" || (backend !== "auto" && backend !== "blas")) return;
  runtime.prefetchBlas();
}
