import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";
import { keepCase } from "./corpus.js";
import { TARGETS } from "./targets.js";
import { type Done, drawOf, type Work } from "./worker.js";

/**
 * Gives invalid and valid input to all readers and to the command line, and keeps each case with a wrong result:
 * npm run fuzz -- --minutes 1 --seed 7 --target npy
 */
const { values: options } = parseArgs({
  options: {
    minutes: { type: "string", default: "1" },
    seed: { type: "string", default: String(Date.now() % 2 ** 20) },
    target: { type: "string", multiple: true, default: TARGETS.map(({ name }) => name) },
    /** Repeats one case. */
    case: { type: "string" },
  },
});

/** A case takes a millisecond of the CPU, and a small file needs little memory; a case that waits for ever takes no CPU. */
const CASE_CPU_SECONDS = 3;
const CASE_SECONDS = 120;
const CASE_BYTES = 1.5e9;
const FINDINGS_SHOWN = 5;

const say = (text: string) => process.stdout.write(`${text}\n`);
const seed = Number(options.seed);

const current = new Int32Array(new SharedArrayBuffer(4));
let worker: Worker | null = null;

/** Does cases of a target for a while; ends the worker if a case takes too long or too much memory. */
function work(target: string, first: number, until: number): Promise<Done> {
  worker ??= new Worker(new URL("worker.js", import.meta.url), {
    ...{ workerData: current, resourceLimits: { maxOldGenerationSizeMb: 1024 } },
  });
  const running = worker;
  const message: Work = { target, seed, first, until };
  running.postMessage(message);
  return new Promise((resolve) => {
    let [seen, since, cpu] = [-1, Date.now(), process.cpuUsage()];
    const end = (done: Done) => {
      clearInterval(watch);
      running.off("message", end).off("error", fail);
      resolve(done);
    };
    const stop = (message: string) => {
      const index = Atomics.load(current, 0);
      const file = TARGETS.find(({ name }) => name === target)!.make(drawOf(seed, index));
      worker = null;
      running.terminate().then(() => end({ next: index + 1, finding: { file, message } }));
    };
    const watch = setInterval(() => {
      const index = Atomics.load(current, 0);
      if (index !== seen) [seen, since, cpu] = [index, Date.now(), process.cpuUsage()];
      if (process.memoryUsage.rss() > CASE_BYTES) stop("too much memory");
      else if (process.cpuUsage(cpu).user > CASE_CPU_SECONDS * 1e6) stop(`${CASE_CPU_SECONDS} seconds of the CPU`);
      else if (Date.now() - since > CASE_SECONDS * 1000) stop(`no answer in ${CASE_SECONDS} seconds`);
    }, 200);
    const fail = (error: unknown) => stop(String(error));
    running.on("message", end).on("error", fail);
  });
}

let [total, findings] = [0, 0];
const started = Date.now();
say(`seed ${seed}`);
for (const name of options.target) {
  const begin = Date.now();
  const target = TARGETS.find((one) => one.name === name);
  if (!target) throw new Error(`expected a target of ${TARGETS.map((one) => one.name).join(", ")}, found ${name}`);
  if (options.case !== undefined) {
    const draw = drawOf(seed, Number(options.case));
    await target.check(target.make(draw), draw);
    continue;
  }
  const until = begin + (Number(options.minutes) * 60_000) / options.target.length;
  let [next, found] = [0, 0];
  while (Date.now() < until) {
    const done = await work(name, next, until);
    next = done.next;
    if (!done.finding) continue;
    found++;
    const { file, message } = done.finding;
    if (found > FINDINGS_SHOWN) break;
    say(
      `${name}, case ${next - 1}: ${message.slice(0, 1500)}\n  kept as ${keepCase(name, file)}\n  npm run fuzz -- --seed ${seed} --target ${name} --case ${next - 1}`,
    );
  }
  const rate = next / ((Date.now() - begin) / 1000);
  say(
    `${name.padEnd(14)} ${String(next).padStart(9)} cases, ${rate.toFixed(0).padStart(6)} per second, ${found} findings`,
  );
  total += next;
  findings += found;
}
const rate = total / ((Date.now() - started) / 1000);
say(
  `${"all".padEnd(14)} ${String(total).padStart(9)} cases, ${rate.toFixed(0).padStart(6)} per second, ${findings} findings`,
);
process.exitCode = findings === 0 ? 0 : 1;
await (worker as Worker | null)?.terminate();
