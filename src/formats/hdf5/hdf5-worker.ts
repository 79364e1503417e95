import { parentPort } from "node:worker_threads";
import {
  arraysOf,
  type Hdf5Library,
  type Hdf5Rows,
  loadLibrary,
  missingFilter,
  openFile,
  readRows,
} from "./hdf5-library.js";

/** A request to the thread that runs libhdf5 for one file; the memory is what libhdf5 may take for it in all, in bytes. */
export type Hdf5Request =
  | { readonly action: "load"; readonly inPlace: boolean }
  | { readonly action: "open"; readonly file: string | Uint8Array; readonly memory: number }
  | { readonly action: "read"; readonly rows: Hdf5Rows; readonly memory: number };

/** Why a request failed. */
export interface Hdf5Failure {
  readonly code: string | undefined;
  readonly message: string;
  /** The name of the filter that the library does not have. */
  readonly filter: string | null;
}

export type Hdf5Answer = { readonly value: unknown } | { readonly failure: Hdf5Failure };

let library: Hdf5Library;
let file: bigint;
/** What the memory of WebAssembly may grow to, in bytes. */
let memoryLimit = Number.POSITIVE_INFINITY;

// libhdf5 allocates what a file declares. It reports an allocation that fails, as it does in a machine without memory.
const grow = WebAssembly.Memory.prototype.grow;
WebAssembly.Memory.prototype.grow = function (this: WebAssembly.Memory, pages: number): number {
  if (this.buffer.byteLength + pages * 65_536 > memoryLimit) throw new RangeError("expected less memory");
  return grow.call(this, pages);
};

async function answer(request: Hdf5Request): Promise<unknown> {
  if (request.action === "load") {
    library = await loadLibrary(request.inPlace);
    return null;
  }
  memoryLimit = library.HEAPU8.length + request.memory;
  if (request.action === "read") return readRows(library, file, request.rows);
  file = openFile(library, request.file);
  return arraysOf(library, file);
}

parentPort?.on("message", async (request: Hdf5Request) => {
  try {
    const value = await answer(request);
    parentPort?.postMessage(
      { value } satisfies Hdf5Answer,
      value instanceof Uint8Array ? [value.buffer as ArrayBuffer] : [],
    );
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const filter = request.action === "read" ? missingFilter(library, file, request.rows.array) : null;
    parentPort?.postMessage({ failure: { code, message: String(message), filter } } satisfies Hdf5Answer);
  }
});
