import { readFileSync } from "node:fs";

/** The variable by which each library is told to use one thread for a call; simcli calls it on several threads. */
const ONE_THREAD = [
  "OPENBLAS_NUM_THREADS",
  "MKL_NUM_THREADS",
  "BLIS_NUM_THREADS",
  "VECLIB_MAXIMUM_THREADS",
  "OMP_NUM_THREADS",
];

/**
 * Sets the environment variables that a BLAS reads when it is loaded.
 *
 * OpenBLAS uses kernels of 2004 on CPUs that are newer than the library. The kernels are chosen by the flags of the CPU,
 * unless the user chose some.
 */
export function setBlasEnvironment(env: NodeJS.ProcessEnv): void {
  for (const name of ONE_THREAD) env[name] = "1";
  if (env.OPENBLAS_CORETYPE || process.arch !== "x64") return;
  const flags = cpuFlags();
  if (flags.has("avx512f") && flags.has("avx512vl")) env.OPENBLAS_CORETYPE = "SKYLAKEX";
  else if (flags.has("avx2") && flags.has("fma")) env.OPENBLAS_CORETYPE = "HASWELL";
}

/**
 * Allows relaxed SIMD, which doubles the speed of products, on Node 20; newer versions allow it by default.
 *
 * @param v8 the module, whose import would delay the start of every command. Default: loaded now, on Node 20.16 or later.
 */
export function setKernelFlags(v8: Pick<typeof import("node:v8"), "setFlagsFromString"> | null = null): void {
  if (!process.versions.v8.startsWith("11.")) return;
  const { setFlagsFromString } = v8 ?? process.getBuiltinModule?.("node:v8") ?? {};
  setFlagsFromString?.("--experimental-wasm-relaxed-simd");
}

/** A thread reserves address space for a heap of its own, and V8 ends the process if it cannot. */
const ADDRESSES_FOR_THREADS = 2 ** 34;

/** Returns whether the process may use several threads; with a low limit of the address space, an extra thread could end it. */
export function hasRoomForThreads(): boolean {
  return (addressLimit() ?? Number.POSITIVE_INFINITY) >= ADDRESSES_FOR_THREADS;
}

/** Returns the limit of the address space in bytes (`ulimit -v`); null if there is none, or the system does not show it. */
export function addressLimit(): number | null {
  try {
    const [, bytes] = /^Max address space\s+(\d+)/m.exec(readFileSync("/proc/self/limits", "latin1")) ?? [];
    return bytes === undefined ? null : Number(bytes);
  } catch {
    return null;
  }
}

function cpuFlags(): Set<string> {
  try {
    return new Set(/^flags\s*: (.*)$/m.exec(readFileSync("/proc/cpuinfo", "latin1"))?.[1].split(" "));
  } catch {
    return new Set();
  }
}
