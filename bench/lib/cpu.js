import { existsSync, readFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";

const info = existsSync("/proc/cpuinfo") ? readFileSync("/proc/cpuinfo", "utf8") : "";
const has = (flag) => new RegExp(`\\b${flag}\\b`).test(info);

/**
 * The OpenBLAS kernels that suit this CPU, or null. OpenBLAS falls back to the kernels of a CPU of 2004 where it does not
 * know the model; a peer that is held back by that would flatter simcli.
 */
export function bestKernels() {
  if (has("avx512f")) return "SKYLAKEX";
  if (has("avx2")) return has("AuthenticAMD") ? "ZEN" : "HASWELL";
  return null;
}

/** The CPU in words: its model, its cores and its widest vectors. */
export function cpuLine() {
  const vectors = has("avx512f") ? ", AVX-512" : has("avx2") ? ", AVX2" : "";
  return `${cpus()[0]?.model.trim() ?? process.arch}, ${availableParallelism()} cores${vectors}`;
}
