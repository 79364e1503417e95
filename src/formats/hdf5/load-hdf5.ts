import { MachineError } from "../../core/errors.js";

/** The library h5wasm, with the functions of libhdf5. */
export type Hdf5 = Awaited<typeof import("h5wasm")["ready"]>;

/** The builds that a damaged file has stopped: their memory is undefined, and cannot be replaced. */
const stopped = new WeakSet<Hdf5>();

/** Notes whether an error has stopped the library. */
export function noteStop(library: Hdf5, error: unknown): void {
  // A trap of WebAssembly.
  if (error instanceof Error && error.name === "RuntimeError") stopped.add(library);
}

/**
 * Loads h5wasm, an optional dependency of 14 MB: a build that reads files in place, or one that reads them from memory.
 *
 * @param name the file to be read, for messages.
 * @throws {MachineError} with the command that installs it, if it is missing; or if a damaged file has stopped it.
 */
export async function loadHdf5(name: string, inPlace: boolean): Promise<Hdf5> {
  const library = await imported(name, inPlace);
  if (stopped.has(library)) {
    const expected = `${name}: expected h5wasm to read HDF5`;
    throw new MachineError(`${expected}, found that a damaged file has stopped it`, "a new process can read HDF5");
  }
  // Errors of libhdf5 are otherwise printed to stderr.
  library.activate_throwing_error_handler();
  return library;
}

async function imported(name: string, inPlace: boolean): Promise<Hdf5> {
  try {
    const { ready } = await (inPlace ? import("h5wasm/node") : import("h5wasm"));
    return await ready;
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const found = code === "ERR_MODULE_NOT_FOUND" ? "none" : message;
    throw new MachineError(
      `${name}: expected the package h5wasm, which reads HDF5, found ${found}`,
      "npm install h5wasm; npm install -g h5wasm if simcli was installed with -g",
      { cause },
    );
  }
}
