import { UsageError } from "../../core/errors.js";
import { expectOwnOptions } from "../shared/own-options.js";

/** The tasks of `--task`; the first is the default. */
export const TASKS = ["retrieval", "sts", "pairs", "triplets", "bitext"] as const;
export type Task = (typeof TASKS)[number];

/** The tasks of the options that only some tasks have. */
const TASKS_OF_OPTION: { readonly [option: string]: readonly Task[] } = {
  labels: ["retrieval", "pairs"],
  qrels: ["retrieval"],
  k: ["retrieval", "bitext"],
  perQuery: ["retrieval"],
  metrics: ["retrieval"],
  relevanceLevel: ["retrieval"],
  persistence: ["retrieval"],
  scores: ["sts"],
  pairs: ["sts", "pairs"],
  targetPrecision: ["pairs"],
  margin: ["triplets"],
  carry: ["retrieval"],
  quantize: ["retrieval"],
  calibration: ["retrieval"],
  metric: ["retrieval", "sts", "pairs", "triplets"],
};

/** The number of files of each task. */
const FILES: { readonly [name in Task]: { readonly least: number; readonly most: number } } = {
  retrieval: { least: 1, most: 2 },
  sts: { least: 1, most: 2 },
  pairs: { least: 1, most: 2 },
  triplets: { least: 3, most: 3 },
  bitext: { least: 2, most: 2 },
};

/** @throws {UsageError} for an option of another task. */
export function expectOptionsOfTask(task: Task, isGiven: (option: string) => boolean): void {
  expectOwnOptions({ flag: "--task", kind: task, kindsOf: TASKS_OF_OPTION }, isGiven);
}

/**
 * @throws {UsageError} for an option of another task, and for too few or too many files.
 */
export function expectTask(task: Task, paths: readonly string[], isGiven: (option: string) => boolean): void {
  expectOptionsOfTask(task, isGiven);
  const { least, most } = FILES[task];
  if (paths.length >= least && paths.length <= most) return;
  const expected = least === most ? String(least) : `${least} or ${most}`;
  throw new UsageError(
    `--task ${task}: expected ${expected} files, found ${paths.length}`,
    task === "triplets" || paths.length > most
      ? "simcli eval --task triplets anchors.npy positives.npy negatives.npy"
      : undefined,
  );
}

/** @throws {UsageError} for a list of dimensions with a task other than retrieval. */
export function expectOneSize(task: Task, dimensions: readonly number[]): void {
  if (task === "retrieval" || dimensions.length < 2) return;
  throw new UsageError(
    `--dimensions: expected one number with --task ${task}, found ${dimensions.join(",")}`,
    `for example: --dimensions ${dimensions[0]}`,
  );
}

/** @throws {UsageError} unless an evaluation can be computed in shards: that of retrieval by one size of vectors. */
export function expectShardable(task: Task, run: string | undefined, sizes: number): void {
  const found =
    run !== undefined ? "--run" : task !== "retrieval" ? `--task ${task}` : sizes > 1 ? "several sizes" : null;
  if (found === null) return;
  throw new UsageError(
    `--shard: expected --task retrieval of vectors of one size, found ${found}`,
    task === "retrieval"
      ? "leave --shard out"
      : "leave --shard out: other tasks compare few pairs, or all of them with each other",
  );
}
