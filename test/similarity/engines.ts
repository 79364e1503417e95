import type { SimilarityOptions } from "#dist/similarity/options.js";
import { runtimeOf } from "../reference.js";

const hasBlas = runtimeOf(2).findBlas().blas !== null;

/** Every mode, backend and number of threads; BLAS where the machine has one. */
export const ENGINES: readonly SimilarityOptions[] = [
  { mode: "loop" },
  { backend: "js" },
  { backend: "mathjs" },
  { backend: "wasm", runtime: runtimeOf(1) },
  { backend: "wasm", runtime: runtimeOf(2) },
  ...(hasBlas ? [1, 2].map((threads) => ({ backend: "blas", runtime: runtimeOf(threads) }) as const) : []),
];
