import { MachineError } from "../../errors.js";
import type { Backend, BackendName } from "./backend.js";
import { js } from "./js.js";
import { loadMathjs } from "./mathjs.js";

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
