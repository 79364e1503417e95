import { UsageError } from "../../core/errors.js";
import type { Cell, Records } from "../../output/format.js";
import type { Context } from "../../shell/context.js";
import type { CommonOptions } from "../../shell/options.js";
import { counted, EXIT } from "../../shell/report.js";
import { writeLines, writeRecordList } from "../../shell/writers.js";
import { type JobKind, jobLines } from "./job-scripts.js";
import { plannedLine } from "./planned-line.js";
import { type Costs, measure } from "./probe.js";
import { costOf, numbersAround, type ShardCost, shardsWithin } from "./shard-costs.js";

export interface PlanOptions extends CommonOptions {
  /** Minutes. */
  readonly time: number;
  readonly shards?: number;
  readonly emit?: JobKind;
  readonly parallel: number;
}

/** Runs `simcli plan '<command line>'`. */
export async function runPlan(context: Context, text: string, options: PlanOptions): Promise<number> {
  const { time, emit, parallel, format, json } = options;
  if (emit && (format !== undefined || json)) {
    throw new UsageError("--emit: expected no format with it, found one", "a job is text");
  }
  const line = await plannedLine(text);
  await context.prepare();
  const costs = await measure(line);
  noteEstimates(context, costs);
  const recommended = shardsWithin(60 * time, costs);
  const shards = Math.min(options.shards ?? recommended, costs.queries.fileRows);
  if (options.shards !== undefined && shards < options.shards) {
    context.note(`${counted(shards, "shard")}, one for each query`);
  }
  if (emit) {
    const job = { words: line.words, cost: costOf(shards, costs), threads: costs.threads, parallel };
    await writeLines(context, jobLines(emit, job));
  } else {
    const numbers = options.shards ? [shards] : numbersAround(recommended, costs.queries.fileRows);
    const { queries, corpus } = costs;
    const size = `${queries.fileRows} × ${corpus.fileRows} rows of ${corpus.dimensions}`;
    const rate = ((2e-9 * corpus.dimensions) / costs.secondsPerPair).toFixed(1);
    const each = `${counted(shards, "shard")}, about ${duration(costOf(shards, costs).seconds)}${shards > 1 ? " each" : ""}`;
    const title = `${size}: ${each}; measured ${rate} GFLOP/s on ${counted(costs.threads, "core")}`;
    await writeRecordList(
      context,
      costRecords(
        numbers.map((number) => costOf(number, costs)),
        shards,
      ),
      title,
    );
  }
  await context.commit();
  return EXIT.done;
}

/** Formats a duration in seconds for people: `40 s`, `12 min`, `3.5 h`. */
function duration(seconds: number): string {
  if (seconds < 120) return `${Number(seconds.toPrecision(2))} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}

function noteEstimates(context: Context, { queries, corpus }: Costs): void {
  for (const [what, sample] of [
    ["queries", queries],
    ["corpus", corpus],
  ] as const) {
    if (sample.isEstimate) context.note(`the ${what} have about ${sample.fileRows} rows, by the size of the file`);
  }
}

function costRecords(costs: readonly ShardCost[], recommended: number): Records {
  const rows = costs.map(({ shards, seconds, coreHours, memoryBytes, readBytes }): Cell[] => [
    shards,
    Math.round(10 * seconds) / 10,
    Math.round(1000 * coreHours) / 1000,
    Math.round(memoryBytes / 1e6),
    Math.round(readBytes / 1e6),
    shards === recommended ? "yes" : null,
  ]);
  return {
    columns: ["shards", "seconds_per_shard", "core_hours", "memory_mb", "read_mb", "recommended"],
    kinds: ["whole", "number", "number", "whole", "whole", "text"],
    rows,
  };
}
