import { MachineError } from "../../core/errors.js";
import type { Runtime } from "../../kernels/runtime.js";
import type { Backend, BackendName, FastBackend } from "./backend.js";
import { createBlas } from "./blas.js";
import { js } from "./js.js";
import { createWasm } from "./wasm.js";

/** Up to so many products, plain JavaScript is done before the kernels have been compiled. */
export const SMALL_PRODUCTS = 1 << 21;
/** And of so many numbers: to bring more of them to length 1 takes longer than to compile. */
const SMALL_NUMBERS = 1 << 18;
/** From so many products on, loading a library is worth its 20 ms. */
const LARGE_PRODUCTS = 1 << 28;

/** What a backend is chosen by. */
export interface BackendNeeds {
  /** n·m·d. */
  readonly products: number;
  /** The components of both sets. */
  readonly numbers: number;
  readonly runtime: Runtime;
  /** Hears which libraries were passed over, and why. */
  readonly say: (message: string) => void;
}

/**
 * Loads a backend; `auto` is the fastest for so many products: a BLAS where there is one, else the kernels of our own.
 *
 * @throws {MachineError} when `blas` is asked for and there is none.
 */
export async function loadBackend(
  name: BackendName,
  { products, numbers, runtime, say }: BackendNeeds,
): Promise<Backend | FastBackend> {
  const { pool } = runtime;
  switch (name) {
    case "js":
      return js;
    case "mathjs":
      return (await import("./mathjs.js")).loadMathjs();
    case "wasm":
      return createWasm(pool);
    case "blas": {
      const { blas, skipped } = runtime.findBlas();
      if (blas) return createBlas(blas, pool);
      const found = skipped.length > 0 ? skipped.join("; ") : "found none";
      throw new MachineError(`--backend blas: expected a BLAS on this machine, ${found}`, BLAS_HINT);
    }
    case "auto": {
      if (products <= SMALL_PRODUCTS && numbers <= SMALL_NUMBERS) return js;
      if (products < LARGE_PRODUCTS) return createWasm(pool);
      const { blas, skipped } = runtime.findBlas();
      for (const reason of skipped) say(`skipped ${reason}`);
      return blas ? createBlas(blas, pool) : createWasm(pool);
    }
  }
}

const BLAS_HINT =
  "Debian: apt install libopenblas0; macOS has Accelerate; Windows: OpenBLAS.dll on the PATH; SIMCLI_BLAS names another file";
