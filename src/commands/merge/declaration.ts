import { Option } from "commander";
import type { Declaration } from "../../shell/declaration.js";
import { addCommonOptions } from "../../shell/options.js";
import type { MergeOptions } from "./run.js";

export const merge: Declaration = {
  name: "merge",
  description: "join the parts that --shard wrote into the result of one run",
  examples: [
    ["simcli topk a.csv b.csv --shard 1/2 -o parts/", "the first half of a job"],
    ["simcli topk a.csv b.csv --shard 2/2 -o parts/", "the second half, on any machine"],
    ["simcli merge parts/ -o result.csv", "the bytes of one run"],
    ["simcli merge parts/ --status", "what is done"],
  ],
  declare(command, runner) {
    command
      .argument("<folder>", "folder of the parts")
      .addOption(
        new Option("--missing", "print the numbers of the shards to run again, as sbatch --array takes them").conflicts(
          "status",
        ),
      )
      .option("--status", "print what is done, how fast, and the time left");
    addCommonOptions(command).action(async (folder: string, options: MergeOptions) => {
      const { runMerge } = await import("./run.js");
      await runner.run(options, (context) => runMerge(context, folder, options));
    });
  },
};
