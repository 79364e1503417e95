import { readFileSync } from "node:fs";
import { type Koffi, loadKoffi } from "./koffi.js";
import type { Numbers } from "./numbers.js";

/** A BLAS of the system; each call runs on one thread. */
export interface Blas {
  readonly path: string;
  /** The library and its kernels, as people know them: `OpenBLAS 0.3.21, Zen kernels`. */
  readonly description: string;
  /** Writes `A·Bᵀ` (rows×columns) to cells whose rows are `stride` numbers apart; all of one precision. */
  multiply(a: Numbers, b: Numbers, d: number, cells: Numbers, stride: number): void;
  /** The same on another thread, so that this one can go on. */
  multiplyElsewhere(a: Numbers, b: Numbers, d: number, cells: Numbers, stride: number): Promise<void>;
}

/** Libraries by their usual names, the likelier first. The reference BLAS (libblas) is not among them: it is slow. */
const LIBRARIES: { readonly [platform: string]: readonly string[] } = {
  linux: ["libopenblas.so.0", "libopenblas.so", "libmkl_rt.so.2", "libmkl_rt.so", "libblis.so.4", "libblis.so"],
  darwin: [
    "/System/Library/Frameworks/Accelerate.framework/Accelerate",
    "/opt/homebrew/opt/openblas/lib/libopenblas.dylib",
    "/usr/local/opt/openblas/lib/libopenblas.dylib",
  ],
  win32: ["libopenblas.dll", "openblas.dll", "mkl_rt.2.dll"],
};

/** How each library is told to use one thread a call, read when it is loaded. */
const ONE_THREAD = [
  "OPENBLAS_NUM_THREADS",
  "MKL_NUM_THREADS",
  "BLIS_NUM_THREADS",
  "VECLIB_MAXIMUM_THREADS",
  "OMP_NUM_THREADS",
];

const ROW_MAJOR = 101;
const NO_TRANSPOSE = 111;
const TRANSPOSE = 112;
const ARGUMENTS = "int, int, int, int, int, int, %s, const void *, int, const void *, int, %s, void *, int";

/**
 * Loads the first BLAS that works; `SIMCLI_BLAS` names another one.
 *
 * @param passedOver hears of each library that is there but cannot be used, and why; @param trying of the one tried first.
 * @returns null when there is none.
 */
export function loadBlas(
  env: NodeJS.ProcessEnv,
  passedOver: (message: string) => void,
  trying: (path: string) => void = () => {},
): Blas | null {
  for (const name of ONE_THREAD) env[name] = "1";
  chooseKernels(env);
  const named = env.SIMCLI_BLAS;
  const paths = named ? [named] : (LIBRARIES[process.platform] ?? []);
  if (paths[0] !== undefined) trying(paths[0]);
  const koffi = loadKoffi();
  if (!koffi) {
    passedOver("the package koffi is not installed");
    return null;
  }
  for (const path of paths) {
    try {
      const blas = open(koffi, path);
      expectRightProduct(blas);
      return blas;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const absent = !named && /cannot open shared object|no such file|not found|could not be found/i.test(reason);
      if (!absent) passedOver(`${path}: ${reason}`);
    }
  }
  return null;
}

/** Opens a library that {@link loadBlas} has found, and tried, on this thread. */
export function openBlas(path: string): Blas {
  const koffi = loadKoffi();
  if (!koffi) throw new Error("the package koffi is not installed");
  return open(koffi, path);
}

/**
 * OpenBLAS does not know CPUs that are younger than itself, and takes kernels of 2004 for them. What the flags of the
 * CPU allow is told before it is loaded, unless the user said something else.
 */
function chooseKernels(env: NodeJS.ProcessEnv): void {
  if (env.OPENBLAS_CORETYPE || process.arch !== "x64") return;
  const flags = cpuFlags();
  if (flags.has("avx512f") && flags.has("avx512vl")) env.OPENBLAS_CORETYPE = "SKYLAKEX";
  else if (flags.has("avx2") && flags.has("fma")) env.OPENBLAS_CORETYPE = "HASWELL";
}

function cpuFlags(): Set<string> {
  try {
    return new Set(/^flags\s*: (.*)$/m.exec(readFileSync("/proc/cpuinfo", "latin1"))?.[1].split(" "));
  } catch {
    return new Set();
  }
}

function open(koffi: Koffi, path: string): Blas {
  const library = koffi.load(path);
  const ask = (name: string): string | null => {
    try {
      return library.func(`const char *${name}()`)();
    } catch {
      return null;
    }
  };
  const config = ask("openblas_get_config");
  if (config?.includes("USE64BITINT")) throw new Error("it uses 64-bit integers (ILP64), expected 32-bit (LP64)");
  const dgemm = library.func(`void cblas_dgemm(${ARGUMENTS.replaceAll("%s", "double")})`);
  const sgemm = library.func(`void cblas_sgemm(${ARGUMENTS.replaceAll("%s", "float")})`);
  const core = ask("openblas_get_corename");
  const version = /OpenBLAS [\d.]+\d/.exec(config ?? "")?.[0];
  const callOf = (a: Numbers, b: Numbers, d: number, cells: Numbers, stride: number) => {
    const [rows, columns] = [a.length / d, b.length / d];
    return [ROW_MAJOR, NO_TRANSPOSE, TRANSPOSE, rows, columns, d, 1, a, d, b, d, 0, cells, stride];
  };
  const gemmOf = (a: Numbers) => (a instanceof Float64Array ? dgemm : sgemm);
  return {
    path,
    description: version ? `${version}, ${core} kernels` : path,
    multiply: (a, ...rest) => gemmOf(a)(...callOf(a, ...rest)),
    multiplyElsewhere: (a, ...rest) =>
      new Promise((resolve, reject) => {
        gemmOf(a).async(...callOf(a, ...rest), (error: unknown) => (error ? reject(error) : resolve()));
      }),
  };
}

/** Of no kernel's own size, so that their edges are tried as well. */
const TRIAL = { rows: 53, columns: 67, d: 101 };

/**
 * A library whose integers have another width, that is not a BLAS at all, or whose kernels do not suit the processor, shows
 * in a small product: of rows `uᵢ·p` and `vⱼ·q`, whose cells are `uᵢ·vⱼ·Σpₖqₖ`. Whole numbers, so that any order of sums is exact.
 */
function expectRightProduct(blas: Blas): void {
  const { rows, columns, d } = TRIAL;
  const [p, q] = [(k: number) => (k % 13) - 6, (k: number) => (k % 17) - 7];
  const factor = (row: number) => (row % 5) + 1;
  const a = Float64Array.from({ length: rows * d }, (_, k) => factor(Math.floor(k / d)) * p(k % d));
  const b = Float64Array.from({ length: columns * d }, (_, k) => factor(Math.floor(k / d)) * q(k % d));
  const cells = new Float64Array(rows * columns);
  blas.multiply(a, b, d, cells, columns);
  let sum = 0;
  for (let k = 0; k < d; k++) sum += p(k) * q(k);
  const isRight = (cell: number, at: number) => cell === sum * factor(Math.floor(at / columns)) * factor(at % columns);
  if (!cells.every(isRight)) throw new Error("its product of a test matrix is wrong");
}
