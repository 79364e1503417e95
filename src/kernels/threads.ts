import { createRequire } from "node:module";
import type { Worker } from "node:worker_threads";

/** Workers that were started before a pool needed them. */
const early: Worker[] = [];

/** Starts a worker early: the start takes as long as reading 30 MB of text. */
export function startWorkerEarly(): void {
  try {
    early.push(startWorker());
  } catch {
    // The pool reports the failure if it needs a worker.
  }
}

/** Whether a worker was started early and is not used yet. */
export const hasEarlyWorker = (): boolean => early.length > 0;

/** Returns a worker, which runs `worker.ts`. It does not keep the process alive. */
export function obtainWorker(): Worker {
  return early.pop() ?? startWorker();
}

function startWorker(): Worker {
  // Small jobs do not wait for a module that only workers need.
  const { Worker } = createRequire(import.meta.url)("node:worker_threads") as typeof import("node:worker_threads");
  const worker = new Worker(new URL("../kernels/worker.cjs", import.meta.url), { execArgv: [] });
  // A worker that fails before it is used does no work; the main thread does it.
  worker.on("error", () => {});
  worker.unref();
  return worker;
}
