import { recordFormat } from "../../formats/writers.js";
import type { Records } from "../../output/format.js";
import type { Context } from "../../shell/context.js";
import { expectOneStdin, readOptionsOf, storedPrecision } from "../../shell/inputs.js";
import { EXIT } from "../../shell/report.js";
import { writeLines, writeRecords } from "../../shell/writers.js";
import { recordsTable } from "../../tables/records-table.js";
import type { EvalOptions } from "./run.js";
import type { Task } from "./task-options.js";

/** The result of a task: records, and the title of their table. */
export interface TaskResult {
  readonly title: string;
  readonly records: Records;
  /** Records of a table; default: the same. */
  readonly shown?: Records;
}

/** What a task reads and how. */
export interface TaskInput {
  readonly context: Context;
  readonly paths: readonly string[];
  readonly options: EvalOptions;
  readonly read: ReturnType<typeof readOptionsOf> & { readonly dtype: ReturnType<typeof storedPrecision> };
  /** Whether an option was given. */
  isGiven(option: string): boolean;
}

/** Runs `simcli eval --task` for every task but retrieval. */
export async function runTask(
  context: Context,
  task: Exclude<Task, "retrieval">,
  paths: readonly string[],
  options: EvalOptions,
  isGiven: (option: string) => boolean,
): Promise<number> {
  expectOneStdin([...paths, options.labels, options.scores, options.pairs]);
  const format = recordFormat(context.format);
  await context.prepare();
  const read = { ...readOptionsOf(options), dtype: storedPrecision(options.dtype) };
  const evaluate = await load(task);
  const { title, records, shown = records } = await evaluate({ context, paths, options, read, isGiven });
  if (format === "table") await writeLines(context, recordsTable(shown, title, await context.tableOptions([])));
  else await writeRecords(context, format, records);
  await context.commit();
  return EXIT.done;
}

async function load(task: Exclude<Task, "retrieval">): Promise<(input: TaskInput) => Promise<TaskResult>> {
  switch (task) {
    case "sts":
      return (await import("./sts.js")).evaluateSts;
    case "pairs":
      return (await import("./pair-task.js")).evaluatePairs;
    case "triplets":
      return (await import("./triplets.js")).evaluateTriplets;
    case "bitext":
      return (await import("./bitext.js")).evaluateBitextTask;
  }
}
