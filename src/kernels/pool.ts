import { availableParallelism } from "node:os";
import { setImmediate } from "node:timers/promises";
import type { Worker } from "node:worker_threads";
import { createTask, type TaskParams } from "./tasks.js";
import { isThreadAhead, takeThread } from "./threads.js";
import { type KernelSource, loadKernels } from "./wasm.js";

/** What the pool sends to a worker: items of one job to claim and to do. */
export interface JobMessage {
  readonly job: number;
  readonly params: TaskParams;
  /** The next item to claim, shared by all threads. */
  readonly next: Int32Array;
  readonly items: number;
}

/** What the pool sends to a worker ahead of a job: the library that it will need. */
export interface LibraryMessage {
  readonly library: string;
}

/** What a worker sends back when it has tried to open it. */
export interface OpenedMessage {
  readonly opened: true;
}

/** What a worker sends back for each item. */
export interface ItemMessage {
  readonly job: number;
  readonly item: number;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

/** What a worker is sent first: what it works with. */
export interface Equipment extends KernelSource {
  /** Which of the pool's threads this is; 0 is the main thread. */
  readonly lane: number;
}

/**
 * Does an item; on the main thread it may have it done elsewhere, one at a time: a promise of what is left to do here then.
 */
export type Task<R> = (item: number) => R | Promise<() => R>;

/** How long a worker takes to start, beside what the main thread does meanwhile. */
const START_MS = 25;

/** How long the main thread works before it looks at its events. */
const SLICE_MS = 8;

/**
 * The threads of the kernels: the main thread and `threads − 1` workers, which start when work for them comes.
 * They claim the items of a job one by one, so that none waits for another.
 */
export class Pool {
  private readonly workers: Worker[] = [];
  private readonly jobs = new Map<number, Job<unknown>>();
  private count = 0;
  /** What the main thread does first when the workers have begun, so that they do not wait for it later. */
  meanwhile: (() => void) | null = null;

  constructor(readonly threads: number = availableParallelism()) {}

  /** Whether a job that takes one thread so long is worth the workers: those that run always are. */
  isWorth(milliseconds: number): boolean {
    return this.workers.length > 0 || isThreadAhead() || milliseconds >= START_MS;
  }

  /** Starts the workers ahead of a job that is known to come. */
  prepare(): void {
    const { module, memory, relaxed } = loadKernels();
    while (this.workers.length < this.threads - 1) {
      const worker = takeThread();
      worker.on("message", (message: ItemMessage | OpenedMessage) => {
        if ("opened" in message) worker.unref();
        else this.jobs.get(message.job)?.settle(message);
      });
      worker.on("error", (error) => this.fail(error));
      worker.on("exit", () => this.fail(new Error("a thread ended early")));
      // Who listens to a worker keeps the process alive, unless told otherwise again.
      worker.unref();
      const equipment: Equipment = { module, memory, relaxed, lane: this.workers.length + 1 };
      worker.postMessage(equipment);
      this.workers.push(worker);
    }
  }

  /**
   * Starts a job: the workers begin at once, the main thread joins in `finish`.
   *
   * @param items how many items it has; they are claimed in order.
   * @param shared whether the workers take part: they may in a job of one item, where other jobs are under way.
   */
  start<R>(params: TaskParams, items: number, shared = items > 1): Job<R> {
    const job = ++this.count;
    const next = new Int32Array(new SharedArrayBuffer(4));
    const message: JobMessage = { job, params, next, items };
    if (shared && this.threads > 1) {
      this.prepare();
      for (const worker of this.workers) worker.postMessage(message);
      this.meanwhile?.();
      this.meanwhile = null;
    }
    const started = new Job<R>(message, () => this.jobs.delete(job));
    this.jobs.set(job, started as Job<unknown>);
    return started;
  }

  /** Has the workers that run open a library already. */
  openAhead(library: string): void {
    const message: LibraryMessage = { library };
    for (const worker of this.workers) {
      // A process that ended while koffi is being loaded would abort.
      worker.ref();
      worker.postMessage(message);
    }
  }

  private fail(error: unknown): void {
    for (const job of this.jobs.values()) job.fail(error);
  }
}

/** Items that are being done, and their results. */
export class Job<R> {
  private readonly results: R[] = [];
  private left: number;
  private readonly over: Promise<R[]>;
  private resolve: (results: R[]) => void = () => {};
  private reject: (error: unknown) => void = () => {};
  private exhaust: () => void = () => {};
  /** Resolves when the main thread finds no more items to do. */
  readonly exhausted = new Promise<void>((resolve) => {
    this.exhaust = resolve;
  });

  constructor(
    private readonly message: JobMessage,
    private readonly close: () => void,
  ) {
    this.left = message.items;
    this.over = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    // Whoever finishes the job hears of its failure.
    this.over.catch(() => {});
  }

  /** Does what is left on this thread as well; ends when all items are done. Workers are kept alive meanwhile. */
  async finish(watch: (item: number, result: R) => void = () => {}): Promise<R[]> {
    this.watch = watch;
    const { job, params, next, items } = this.message;
    const alive = setInterval(() => {}, 1 << 30);
    try {
      const task = createTask(params, loadKernels(), 0);
      const begin = () => {
        const item = claim(next, items);
        if (item < 0) return null;
        const result = task(item);
        // It is waited for later, or not at all where the one before it fails.
        if (result instanceof Promise) result.catch(() => {});
        return { item, result };
      };
      let sliceEnd = Date.now() + SLICE_MS;
      for (let doing = begin(); doing; ) {
        const { item, result } = doing;
        if (result instanceof Promise) {
          const rest = await result;
          doing = begin();
          this.settle({ job, item, result: rest() });
          continue;
        }
        this.settle({ job, item, result });
        if (Date.now() >= sliceEnd) {
          await setImmediate();
          sliceEnd = Date.now() + SLICE_MS;
        }
        doing = begin();
      }
      this.exhaust();
      return await this.over;
    } finally {
      // Nobody does more of a job that failed.
      Atomics.store(next, 0, items);
      clearInterval(alive);
      this.exhaust();
      this.close();
    }
  }

  private watch: (item: number, result: R) => void = () => {};

  settle({ item, result, error }: ItemMessage): void {
    if (error) {
      this.fail(new Error(error.message));
      return;
    }
    this.results[item] = result as R;
    this.watch(item, result as R);
    if (--this.left === 0) this.resolve(this.results);
  }

  fail(error: unknown): void {
    this.reject(error);
  }
}

/** The next item of a job that nobody has, or −1 when there is none. */
export function claim(next: Int32Array, items: number): number {
  const item = Atomics.add(next, 0, 1);
  return item < items ? item : -1;
}

const pools = new Map<number, Pool>();

/** The pool of this process with so many threads. */
export function poolOf(threads: number = availableParallelism()): Pool {
  const pool = pools.get(threads) ?? new Pool(threads);
  pools.set(threads, pool);
  return pool;
}
