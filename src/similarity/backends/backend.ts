import { MachineError } from "../../errors.js";
import { js } from "./js.js";
import { loadMathjs } from "./mathjs.js";

/** The backends that the command line knows, the default first. */
export const BACKENDS = ["auto", "blas", "wasm", "js", "mathjs"] as const;
export type BackendName = (typeof BACKENDS)[number];

/** Who multiplies in matrix mode. */
export interface Backend {
  readonly name: Exclude<BackendName, "auto">;
  /**
   * Takes the right-hand side once, m×d and row-major, and returns a function that writes `A·Bᵀ` (n×m) to `out`
   * for any n rows of the left-hand side.
   */
  multiplyBy(b: Float64Array, d: number): (a: Float64Array, out: Float64Array) => void;
}

/**
 * Loads a backend; `auto` is the fastest that this version has.
 *
 * @throws {MachineError} for one that this version does not have.
 */
export async function loadBackend(name: BackendName): Promise<Backend> {
  switch (name) {
    case "auto":
    case "js":
      return js;
    case "mathjs":
      return loadMathjs();
    default:
      throw new MachineError(
        `--backend ${name}: expected a backend of this version, js or mathjs`,
        "--backend auto takes the fastest there is",
      );
  }
}
