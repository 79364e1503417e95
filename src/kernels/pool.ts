import { availableParallelism } from "node:os";
import { setImmediate } from "node:timers/promises";
import type { Worker } from "node:worker_threads";
import { createTask, type TaskParams } from "./tasks.js";
import { hasEarlyWorker, obtainWorker } from "./threads.js";
import { type KernelSource, loadKernels } from "./wasm.js";

/** A job, sent to a worker, which claims items and does them. */
export interface JobMessage {
  readonly job: number;
  readonly params: TaskParams;
  /** The number of the next item, shared by all threads. */
  readonly next: Int32Array;
  readonly items: number;
}

/** A library that a worker will need, sent ahead of the job. */
export interface LibraryMessage {
  readonly library: string;
}

/** Sent by a worker when it has tried to open the library. */
export interface OpenedMessage {
  readonly opened: true;
}

/** Asks a worker for an answer once it has done its jobs; the answer is the same message. */
export const IDLE = { idle: true } as const;

/** The result of an item, sent by a worker. */
export interface ItemMessage {
  readonly job: number;
  readonly item: number;
  readonly result?: unknown;
  /** With `code` and `syscall` for an error of the system. */
  readonly error?: { readonly message: string; readonly code?: string; readonly syscall?: string };
}

/** The first message to a worker. */
export interface WorkerSetup extends KernelSource {
  /** The number of the thread; 0 is the main thread. */
  readonly thread: number;
}

/**
 * Does an item. On the main thread it may return a promise for work on another thread, whose value does the rest.
 */
export type Task<R> = (item: number) => R | Promise<() => R>;

/** The time a worker takes to start. */
const START_MS = 25;

/** The main thread handles events after this time. */
const SLICE_MS = 8;

/**
 * The threads of the kernels: the main thread and `threads − 1` workers, which start with the first shared job.
 * They claim the items of a job one by one, so no thread waits for another.
 */
export class Pool {
  private readonly workers: Worker[] = [];
  private readonly jobs = new Map<number, Job<unknown>>();
  private count = 0;
  /** Called once on the main thread after the workers have received their next job. */
  afterStart: (() => void) | null = null;
  /** Called when a worker answers {@link IDLE}. */
  private readonly waiting = new Map<Worker, () => void>();
  private isDisposed = false;

  constructor(readonly threads: number = availableParallelism()) {}

  /** Whether a job of this duration on one thread is worth the start of the workers. */
  isWorth(milliseconds: number): boolean {
    return this.workers.length > 0 || hasEarlyWorker() || milliseconds >= START_MS;
  }

  /** Starts the workers. */
  prepare(): void {
    const { module, memory, relaxed } = loadKernels();
    while (this.workers.length < this.threads - 1) {
      const worker = obtainWorker();
      worker.on("message", (message: ItemMessage | OpenedMessage | typeof IDLE) => {
        if ("idle" in message) this.waiting.get(worker)?.();
        else if ("opened" in message) worker.unref();
        else this.jobs.get(message.job)?.settle(message);
      });
      worker.on("error", (error) => this.fail(error));
      worker.on("exit", () => {
        this.waiting.get(worker)?.();
        if (!this.isDisposed) this.fail(new Error("a thread ended early"));
      });
      // A message listener keeps the process alive, so it is unreferenced again.
      worker.unref();
      const setup: WorkerSetup = { module, memory, relaxed, thread: this.workers.length + 1 };
      worker.postMessage(setup);
      this.workers.push(worker);
    }
  }

  /**
   * Starts a job: the workers begin at once, the main thread joins in `finish`.
   *
   * @param items the number of items; they are claimed in order.
   * @param shared whether the workers take part. A job of one item can be shared while other jobs are in progress.
   * @param threads maximum number of threads that take part, with the main one.
   */
  start<R>(params: TaskParams, items: number, shared = items > 1, threads = this.threads): Job<R> {
    if (this.isDisposed) throw new Error("the runtime was disposed of");
    const job = ++this.count;
    const next = new Int32Array(new SharedArrayBuffer(4));
    const message: JobMessage = { job, params, next, items };
    if (shared && this.threads > 1) {
      this.prepare();
      for (const worker of this.workers.slice(0, threads - 1)) worker.postMessage(message);
      this.afterStart?.();
      this.afterStart = null;
    }
    const started = new Job<R>(message, () => this.jobs.delete(job));
    this.jobs.set(job, started as Job<unknown>);
    return started;
  }

  /** Makes the running workers load a library. */
  openAhead(library: string): void {
    const message: LibraryMessage = { library };
    for (const worker of this.workers) {
      // A process that ended while a worker loads koffi would abort.
      worker.ref();
      worker.postMessage(message);
    }
  }

  /** Cancels all jobs and ends the workers. No job can be started afterwards. */
  async dispose(): Promise<void> {
    this.isDisposed = true;
    for (const job of this.jobs.values()) job.cancel(new Error("the runtime was disposed of"));
    // Ending a worker while it loads a library would abort the process, so each worker finishes its work and answers.
    const idle = this.workers.map((worker) => {
      return new Promise<void>((resolve) => {
        this.waiting.set(worker, resolve);
        worker.ref();
        worker.postMessage(IDLE);
      });
    });
    await Promise.all(idle);
    await Promise.all(this.workers.splice(0).map((worker) => worker.terminate()));
  }

  private fail(error: unknown): void {
    for (const job of this.jobs.values()) job.fail(error);
  }
}

/** The items of a job and their results. */
export class Job<R> {
  private readonly results: R[] = [];
  private left: number;
  private readonly over: Promise<R[]>;
  private resolve: (results: R[]) => void = () => {};
  private reject: (error: unknown) => void = () => {};
  private exhaust: () => void = () => {};
  /** Resolves when the main thread finds no more items to claim. */
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
    // `finish` reports the failure.
    this.over.catch(() => {});
  }

  /** Does items on this thread too, and returns the results when all items are done. */
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
        // It is awaited later, or not at all if the item before it fails.
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
      // No thread claims more items of a job that failed.
      Atomics.store(next, 0, items);
      clearInterval(alive);
      this.exhaust();
      this.close();
    }
  }

  /** Does items on this thread too, and yields all items as they are done, in any order. A consumer may leave early. */
  async *asDone(): AsyncGenerator<{ readonly item: number; readonly result: R }> {
    const queue: { item: number; result: R }[] = [];
    let wake = () => {};
    let isOver = false;
    const over = this.finish((item, result) => {
      queue.push({ item, result });
      wake();
    }).finally(() => {
      isOver = true;
      wake();
    });
    over.catch(() => {});
    try {
      while (!isOver || queue.length > 0) {
        yield* queue.splice(0);
        if (isOver || queue.length > 0) continue;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      await over;
    } finally {
      this.stop();
      await over.catch(() => {});
    }
  }

  /** Claims all items that no thread has claimed, so that the job ends without them. */
  private stop(): void {
    const { next, items } = this.message;
    const claimed = Math.min(items, Atomics.exchange(next, 0, items));
    this.left -= items - claimed;
    if (this.left === 0) this.resolve(this.results);
  }

  /** Fails the job. No further item of it is claimed. */
  cancel(error: unknown): void {
    Atomics.store(this.message.next, 0, this.message.items);
    this.fail(error);
  }

  private watch: (item: number, result: R) => void = () => {};

  settle({ item, result, error }: ItemMessage): void {
    if (error) {
      this.fail(Object.assign(new Error(error.message), error));
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

/** Claims the next item of a job; −1 when there is none. */
export function claim(next: Int32Array, items: number): number {
  const item = Atomics.add(next, 0, 1);
  return item < items ? item : -1;
}
