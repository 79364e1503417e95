import { parentPort } from "node:worker_threads";
import { openAhead } from "./blas.js";
import {
  claim,
  IDLE,
  type ItemMessage,
  type JobMessage,
  type LibraryMessage,
  type OpenedMessage,
  type Task,
  type WorkerSetup,
} from "./pool.js";
import { createTask } from "./tasks.js";
import { Kernels } from "./wasm.js";

parentPort?.once("message", ({ thread, ...source }: WorkerSetup) => {
  const kernels = new Kernels(source);
  parentPort?.on("message", (message: JobMessage | LibraryMessage | typeof IDLE) => {
    if ("idle" in message) {
      parentPort?.postMessage(IDLE);
      return;
    }
    if ("library" in message) {
      openAhead(message.library);
      const opened: OpenedMessage = { opened: true };
      parentPort?.postMessage(opened);
      return;
    }
    work(message, kernels, thread);
  });
});

function work({ job, params, next, items }: JobMessage, kernels: Kernels, thread: number): void {
  const send = (message: ItemMessage) => parentPort?.postMessage(message);
  let task: Task<unknown> | null = null;
  for (let item = claim(next, items); item >= 0; item = claim(next, items)) {
    try {
      task ??= createTask(params, kernels, thread);
      send({ job, item, result: task(item) });
    } catch (error) {
      const { message, code, syscall } = (
        error instanceof Error ? error : new Error(String(error))
      ) as NodeJS.ErrnoException;
      send({ job, item, error: { message, ...(code !== undefined && syscall !== undefined && { code, syscall }) } });
    }
  }
}
