import { Worker } from "node:worker_threads";
import { ownFile } from "../../core/own-file.js";
import type { Hdf5Answer, Hdf5Failure, Hdf5Request } from "./hdf5-worker.js";

/** How long libhdf5 may compute, in ms, besides the time for the bytes that it reads or decompresses. */
const PATIENCE_MS = 2000;
const SLOWEST_BYTES_PER_MS = 10_000;

/** An error of h5wasm or libhdf5. */
export class LibraryError extends Error {
  readonly code: string | undefined;
  /** The name of the filter that the library does not have. */
  readonly filter: string | null;

  constructor({ message, code, filter }: Hdf5Failure) {
    super(message);
    this.code = code;
    this.filter = filter;
  }
}

/**
 * The thread that runs libhdf5 for one file. libhdf5 trusts the sizes that a file declares; the time and the memory that a damaged
 * file can take are limited here.
 */
export class LibraryThread {
  private readonly worker = new Worker(ownFile("formats/hdf5/hdf5-worker.js"), {
    execArgv: [],
    stdout: true,
    stderr: true,
  });

  constructor() {
    // What emscripten prints about damage is in the error as well.
    this.worker.stdout.resume();
    this.worker.stderr.resume();
    this.worker.unref();
  }

  /**
   * Sends a request and waits for its answer. One request is sent at a time.
   *
   * @param bytes the number of bytes to be read or decompressed for it.
   * @throws {LibraryError} also when the thread computes for much longer than these bytes take.
   */
  request<T>(message: Hdf5Request, bytes: number): Promise<T> {
    const { worker } = this;
    return new Promise<T>((resolve, reject) => {
      const fail = (failure: Partial<Hdf5Failure>) => {
        stopWaiting();
        reject(new LibraryError({ message: "no answer", code: undefined, filter: null, ...failure }));
      };
      const onMessage = (answer: Hdf5Answer) => {
        if ("failure" in answer) return fail(answer.failure);
        stopWaiting();
        resolve(answer.value as T);
      };
      const onError = (error: Error) => fail({ message: error.message });
      const onExit = () => fail({ message: "libhdf5 has stopped" });
      const endTimer = afterComputing(PATIENCE_MS + bytes / SLOWEST_BYTES_PER_MS, () =>
        fail({ message: "sizes that do not belong to this file" }),
      );
      const stopWaiting = () => {
        endTimer();
        worker.off("message", onMessage).off("error", onError).off("exit", onExit).unref();
      };
      worker.on("message", onMessage).on("error", onError).on("exit", onExit).ref();
      worker.postMessage(message);
    });
  }

  async stop(): Promise<void> {
    await this.worker.terminate();
  }
}

/** Calls `act` after `ms`, but not before the process has computed for as long: waiting for a disk does not count. */
function afterComputing(ms: number, act: () => void): () => void {
  if (ms === Number.POSITIVE_INFINITY) return () => {};
  const before = process.cpuUsage();
  const check = () => {
    const { user, system } = process.cpuUsage(before);
    if ((user + system) / 1000 >= ms) act();
    else timer = setTimeout(check, ms);
  };
  let timer = setTimeout(check, ms);
  return () => clearTimeout(timer);
}
