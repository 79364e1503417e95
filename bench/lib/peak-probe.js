// Prints as JSON what this machine reaches at most, by the number of threads: peak-probe.js
import { availableParallelism } from "node:os";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { findBlas } from "../../dist/kernels/blas.js";
import { setBlasEnvironment, setKernelFlags } from "../../dist/shell/host-process.js";
import { wasmFma } from "./wasm-fma.js";

const rounds = 7;
const roundSeconds = 0.1;
/** Rows of the square that a BLAS multiplies: its own costs vanish in it. */
const side = 1024;
/** Larger than any cache. */
const copied = 1 << 28;

/** What one thread does again and again, and the units of one time: floating-point operations, or bytes read and written. */
const works = {
  "blas float64": () => blasWork(Float64Array),
  "blas float32": () => blasWork(Float32Array),
  "wasm float64": () => wasmWork("float64"),
  "wasm float32": () => wasmWork("float32"),
  copy: (threads) => {
    const [from, to] = [0, 1].map(() => new Float64Array(copied / 8 / threads).fill(1));
    return { run: () => to.set(from), units: 2 * from.byteLength };
  },
};

function blasWork(Numbers) {
  const blas = findBlas(process.env.SIMCLI_BLAS, { onSkip: () => {} });
  if (blas === null) return null;
  const [a, b, cells] = [1, 2, 0].map((value) => new Numbers(side * side).fill(value));
  return { run: () => blas.multiply(a, b, side, cells, side), units: 2 * side ** 3 };
}

function wasmWork(precision) {
  const turns = 1e5;
  const { turn, operations } = wasmFma(precision);
  return { run: () => turn(turns), units: turns * operations };
}

/** The largest rate of a round, all threads together, in units a second; null if it cannot be measured. */
async function peakOf(kind, threads) {
  const arrived = new Int32Array(new SharedArrayBuffer(4));
  const rates = await Promise.all(
    Array.from(
      { length: threads },
      () =>
        new Promise((resolve, reject) => {
          const worker = new Worker(new URL(import.meta.url), { workerData: { kind, threads, arrived } });
          worker.on("message", resolve).on("error", reject);
        }),
    ),
  );
  if (rates.includes(null)) return null;
  return Math.max(...rates[0].map((_, round) => rates.reduce((sum, one) => sum + one[round], 0)));
}

/** The rates of the rounds of this thread; each round begins when all threads are there. */
function measure({ kind, threads, arrived }) {
  const work = works[kind](threads);
  if (work === null) return null;
  const rateFor = (seconds) => {
    const before = performance.now();
    let [done, spent] = [0, 0];
    while (spent < seconds) {
      work.run();
      done++;
      spent = (performance.now() - before) / 1000;
    }
    return (done * work.units) / spent;
  };
  rateFor(2 * roundSeconds); // compiles it, touches the pages
  return Array.from({ length: rounds }, (_, round) => {
    if (Atomics.add(arrived, 0, 1) + 1 === (round + 1) * threads) Atomics.notify(arrived, 0);
    for (let there = 0; there < (round + 1) * threads; there = Atomics.load(arrived, 0))
      Atomics.wait(arrived, 0, there);
    return rateFor(roundSeconds);
  });
}

if (isMainThread) {
  setBlasEnvironment(process.env);
  setKernelFlags();
  const peak = {};
  for (const kind of Object.keys(works)) {
    peak[kind] = {};
    for (const threads of new Set([1, availableParallelism()])) peak[kind][threads] = await peakOf(kind, threads);
  }
  console.log(JSON.stringify(peak));
} else parentPort.postMessage(measure(workerData));
