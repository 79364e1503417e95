import { UsageError } from "../../core/errors.js";
import { shellWord } from "../../core/shell-word.js";
import { findParts, type JobParts, mergedRecords, runAgain } from "../../sharding/merged-parts.js";
import type { Context } from "../../shell/context.js";
import type { CommonOptions } from "../../shell/options.js";
import { counted, EXIT } from "../../shell/report.js";
import { duration } from "../../shell/timings.js";
import { writeLines, writeRecordList } from "../../shell/writers.js";
import { isMetricName } from "../../similarity/options.js";

export interface MergeOptions extends CommonOptions {
  readonly missing?: true;
  readonly status?: true;
}

/** Runs `simcli merge <folder>`. */
export async function runMerge(context: Context, folder: string, options: MergeOptions): Promise<number> {
  await context.prepare();
  const job = findParts(folder);
  for (const path of job.damaged) context.note(`${path} is not whole`);
  if (options.missing) await writeMissing(context, job);
  else if (options.status) await writeStatus(context, job);
  else await (await joinOf(job.head.command))(context, job);
  await context.commit();
  return EXIT.done;
}

/** Writes the result of one run from all parts. */
export type Join = (context: Context, job: JobParts) => Promise<void>;

/** Returns how the parts of a command are joined: their records one after the other, unless the command does more. */
async function joinOf(command: string): Promise<Join> {
  switch (command) {
    case "mine":
      return (await import("../mine/join.js")).joinMined;
    case "eval":
      return (await import("../eval/eval-parts.js")).joinEvaluation;
    case "loss":
      return (await import("../loss/loss-parts.js")).joinLosses;
    default:
      if (isMetricName(command)) return (await import("../similarity/matrix-parts.js")).joinMatrix;
      return (context, job) => writeRecordList(context, mergedRecords(job, context.room()), job.result.title);
  }
}

async function writeMissing(context: Context, job: JobParts): Promise<void> {
  const { format, json } = context.options;
  if (format !== undefined || json) {
    throw new UsageError("--missing: expected no format with it, found one", "simcli merge FOLDER --status --json");
  }
  await writeLines(context, runAgain(job));
}

/** What is done of a job. */
interface Status {
  readonly done: number;
  readonly shards: number;
  /** As an array of jobs takes them, or lines of options; empty if none is missing. */
  readonly missing: string;
  /** Median seconds of a shard, from its start to its end. */
  readonly secondsPerShard: number;
  /** Seconds until the rest is done, at the rate of the parts until now, rounded up. */
  readonly secondsLeft: number;
  readonly lastEnded: string;
}

function statusOf(job: JobParts): Status {
  const { parts, shards, missing } = job;
  const seconds = parts.map(({ began, ended }) => (ended - began) / 1000).sort((a, b) => a - b);
  const first = parts.reduce((least, { began }) => Math.min(least, began), Number.POSITIVE_INFINITY);
  const last = parts.reduce((greatest, { ended }) => Math.max(greatest, ended), 0);
  const median = seconds[Math.floor(seconds.length / 2)];
  const secondsPerPart = Math.max((last - first) / 1000, median) / parts.length;
  return {
    done: parts.length,
    shards,
    missing: runAgain(job).join("\n"),
    secondsPerShard: median,
    secondsLeft: Math.ceil(missing.length * secondsPerPart),
    lastEnded: new Date(last).toISOString(),
  };
}

/** Returns what is missing in a line, without the end of a long list of options. */
function missingText(job: JobParts): string {
  const [first, ...others] = runAgain(job);
  return others.length === 0
    ? first
    : `${first}, … (all ${job.missing.length}: simcli merge ${shellWord(job.folder)} --missing)`;
}

async function writeStatus(context: Context, job: JobParts): Promise<void> {
  const status = statusOf(job);
  if (context.options.json) return writeLines(context, [JSON.stringify(status)]);
  const { head, result } = job;
  await writeLines(context, [
    `simcli ${head.command}: ${result.title}`,
    `done      ${status.done} of ${counted(status.shards, "shard")}, the last at ${status.lastEnded}`,
    `a shard   ${duration(1000 * status.secondsPerShard)} (median)`,
    ...(status.missing === ""
      ? []
      : [`missing   ${missingText(job)}`, `left      ${status.secondsLeft} s at the rate until now`]),
  ]);
}
