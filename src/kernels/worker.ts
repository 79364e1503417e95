import { parentPort, workerData } from "node:worker_threads";
import { claim, type ItemMessage, type JobMessage, type WorkerData } from "./pool.js";
import { createTask } from "./tasks.js";
import { Kernels } from "./wasm.js";

const { lane, ...source } = workerData as WorkerData;
const kernels = new Kernels(source);

parentPort?.on("message", ({ job, params, next, items }: JobMessage) => {
  const send = (message: ItemMessage) => parentPort?.postMessage(message);
  let task: ReturnType<typeof createTask> | null = null;
  for (let item = claim(next, items); item >= 0; item = claim(next, items)) {
    try {
      task ??= createTask(params, kernels, lane);
      send({ job, item, result: task(item) });
    } catch (error) {
      send({ job, item, error: { message: error instanceof Error ? error.message : String(error) } });
    }
  }
});
