import { Worker } from "node:worker_threads";

/** Threads that were started before there was work for them. */
const ahead: Worker[] = [];

/** Starts a thread for work that is likely to come: it takes as long to start as 30 MB of text take to read. */
export function startAhead(): void {
  try {
    ahead.push(startThread());
  } catch {
    // Where no thread can be started, whoever needs one tells of it.
  }
}

/** Whether a thread was started that nobody has taken. */
export const isThreadAhead = (): boolean => ahead.length > 0;

/** A thread of the kernels, which runs `worker.ts`; it keeps no process alive. */
export function takeThread(): Worker {
  return ahead.pop() ?? startThread();
}

function startThread(): Worker {
  const thread = new Worker(new URL("../kernels/worker.cjs", import.meta.url), { execArgv: [] });
  // One that fails before anybody works with it does no work: the main thread does it.
  thread.on("error", () => {});
  thread.unref();
  return thread;
}
