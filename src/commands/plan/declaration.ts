import { Option } from "commander";
import type { Declaration } from "../../shell/declaration.js";
import { choice, minutes, wholeNumber } from "../../shell/option-values.js";
import { addCommonOptions } from "../../shell/options.js";
import { JOB_KINDS } from "./job-scripts.js";
import type { PlanOptions } from "./run.js";

export const plan: Declaration = {
  name: "plan",
  description: "measure a search on this machine, and tell how many shards it needs",
  examples: [
    ["simcli plan 'topk a.csv b.csv -k 3'", "time, memory and reading for each number of shards"],
    ["simcli plan 'topk a.csv b.csv -k 3' --time 20m --emit slurm", "the script of a job array"],
  ],
  declare(command, runner) {
    command
      .argument("<command line>", "in quotes: 'topk q.npy c.npy -k 10'")
      .addOption(
        new Option("--time <duration>", "time that a shard should take at most: 20m, 2h, 90s")
          .argParser(minutes("--time"))
          .default(30, "30m"),
      )
      .addOption(
        new Option(
          "--shards <n>",
          "number of shards for --emit (default: the least that take at most --time)",
        ).argParser(wholeNumber("--shards", 1, 1_000_000)),
      )
      .addOption(choice("--emit <kind>", "print a job for a scheduler instead of the table", JOB_KINDS))
      .addOption(
        new Option("--parallel <n>", "number of shards that a job runs at the same time")
          .argParser(wholeNumber("--parallel", 1, 100_000))
          .default(10),
      );
    addCommonOptions(command).action(async (line: string, options: PlanOptions) => {
      const { runPlan } = await import("./run.js");
      await runner.run(options, (context) => runPlan(context, line, options));
    });
  },
};
