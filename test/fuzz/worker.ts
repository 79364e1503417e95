import { parentPort, workerData } from "node:worker_threads";
import { Draw } from "./draw.js";
import type { FuzzFile } from "./files.js";
import { TARGETS } from "./targets.js";

/** Cases of a target, from a number on, until a time or a finding. */
export interface Work {
  readonly target: string;
  readonly seed: number;
  readonly first: number;
  readonly until: number;
}

/** The end of the work: the number of the next case, and a finding if there is one. */
export interface Done {
  readonly next: number;
  readonly finding: { readonly file: FuzzFile; readonly message: string } | null;
}

/** Returns the choices of a case, which depend on nothing else, so that a case can be made again. */
export const drawOf = (seed: number, index: number): Draw => new Draw(seed * 2 ** 32 + index);

async function done({ target: name, seed, first, until }: Work): Promise<Done> {
  const target = TARGETS.find((one) => one.name === name)!;
  let index = first;
  for (; Date.now() < until; index++) {
    Atomics.store(current, 0, index);
    const draw = drawOf(seed, index);
    const file = target.make(draw);
    try {
      await target.check(file, draw);
    } catch (error) {
      const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
      return { next: index + 1, finding: { file, message } };
    }
  }
  return { next: index, finding: null };
}

/** The number of the case in progress, for the thread that watches the time. */
const current = workerData as Int32Array;
if (workerData instanceof Int32Array)
  parentPort?.on("message", async (work: Work) => parentPort?.postMessage(await done(work)));
