import { type Koffi, loadKoffi } from "./koffi.js";
import { libraryPath } from "./library-path.js";
import type { Numbers } from "./numbers.js";

/** A BLAS library; each call runs on one thread. */
export interface Blas {
  readonly path: string;
  /** The name of the library and its kernels: `OpenBLAS 0.3.21, Zen kernels`. */
  readonly description: string;
  /** Writes `A·Bᵀ` (rows×columns) to `cells`, whose rows are `stride` numbers apart. All arrays have one precision. */
  multiply(a: Numbers, b: Numbers, d: number, cells: Numbers, stride: number): void;
  /** The same on another thread, so that the calling one is free. */
  multiplyElsewhere(a: Numbers, b: Numbers, d: number, cells: Numbers, stride: number): Promise<void>;
}

/** The usual names of libraries, the most likely first. The reference BLAS (libblas) is omitted, because it is slow. */
const LIBRARIES: { readonly [platform: string]: readonly string[] } = {
  linux: ["libopenblas.so.0", "libopenblas.so", "libmkl_rt.so.2", "libmkl_rt.so", "libblis.so.4", "libblis.so"],
  darwin: [
    "/System/Library/Frameworks/Accelerate.framework/Accelerate",
    "/opt/homebrew/opt/openblas/lib/libopenblas.dylib",
    "/usr/local/opt/openblas/lib/libopenblas.dylib",
  ],
  win32: ["libopenblas.dll", "openblas.dll", "mkl_rt.2.dll"],
};

/** Functions that set the number of threads of a call; the first one that a library has is called. */
const SET_THREADS = [
  "void openblas_set_num_threads(int)",
  "void MKL_Set_Num_Threads(int)",
  "void bli_thread_set_num_threads(int64_t)",
];

const ROW_MAJOR = 101;
const NO_TRANSPOSE = 111;
const TRANSPOSE = 112;
const ARGUMENTS = "int, int, int, int, int, int, %s, const void *, int, const void *, int, %s, void *, int";

/** Listeners of {@link findBlas}. */
export interface BlasListeners {
  /** Receives one line for each library that cannot be used, with the reason. */
  onSkip(reason: string): void;
  /** Receives the path of the library that is tried first. */
  onTry?(path: string): void;
}

/**
 * Loads the first BLAS of this machine that works.
 *
 * @param path the library to load instead of those in the usual places: an absolute path, or a file name that the system
 *   searches.
 * @returns null when there is none.
 */
export function findBlas(path: string | undefined, { onSkip, onTry }: BlasListeners): Blas | null {
  const paths = path ? [path] : (LIBRARIES[process.platform] ?? []);
  if (paths[0] !== undefined) onTry?.(paths[0]);
  const koffi = loadKoffi();
  if (!koffi) {
    onSkip("the package koffi is not installed");
    return null;
  }
  for (const candidate of paths) {
    try {
      const blas = open(koffi, candidate);
      expectRightProduct(blas);
      return blas;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const absent = !path && /cannot open shared object|no such file|not found|could not be found/i.test(reason);
      if (!absent) onSkip(`${candidate}: ${reason}`);
    }
  }
  return null;
}

/** The libraries that this thread has opened. */
const opened = new Map<string, Blas>();

/** Returns a library that {@link findBlas} returned on any thread; the first call opens it on this one. */
export function blasOfThread(path: string): Blas {
  const known = opened.get(path);
  if (known) return known;
  const koffi = loadKoffi();
  if (!koffi) throw new Error("the package koffi is not installed");
  const blas = open(koffi, path);
  opened.set(path, blas);
  return blas;
}

/** Opens a library that this thread is likely to need; a failure is reported only when the library is needed. */
export function openAhead(path: string): void {
  try {
    blasOfThread(path);
  } catch {}
}

function open(koffi: Koffi, path: string): Blas {
  const library = koffi.load(libraryPath(path));
  const ask = (name: string): string | null => {
    try {
      return library.func(`const char *${name}()`)();
    } catch {
      return null;
    }
  };
  const config = ask("openblas_get_config");
  useOneThread(library);
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

function useOneThread(library: ReturnType<Koffi["load"]>): void {
  for (const declaration of SET_THREADS) {
    try {
      library.func(declaration)(1);
      return;
    } catch {
      // The library does not have this function.
    }
  }
}

/** Not multiples of the block sizes of kernels, so that their edges are tested as well. */
const TRIAL = { rows: 53, columns: 67, d: 101 };

/**
 * Tests a library with a small product of rows `uᵢ·p` and `vⱼ·q`, whose cells are `uᵢ·vⱼ·Σpₖqₖ`. A library with other
 * integers, that is not a BLAS, or whose kernels do not suit the processor gives other cells. Whole numbers are used, so that
 * any order of summation is exact.
 */
function expectRightProduct(blas: Blas): void {
  const { rows, columns, d } = TRIAL;
  const [p, q] = [(k: number) => (k % 13) - 6, (k: number) => (k % 17) - 7];
  const factor = (row: number) => (row % 5) + 1;
  let sum = 0;
  for (let k = 0; k < d; k++) sum += p(k) * q(k);
  const isRight = (cell: number, at: number) => cell === sum * factor(Math.floor(at / columns)) * factor(at % columns);
  const rowsOf = (count: number, component: (k: number) => number) =>
    Array.from({ length: count * d }, (_, k) => factor(Math.floor(k / d)) * component(k % d));
  for (const type of [Float64Array, Float32Array]) {
    const [a, b] = [type.from(rowsOf(rows, p)), type.from(rowsOf(columns, q))];
    const cells = new type(rows * columns);
    blas.multiply(a, b, d, cells, columns);
    if (!cells.every(isRight)) throw new Error("its product of a test matrix is wrong");
  }
}
