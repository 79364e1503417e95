import { Option } from "commander";
import type { Declaration } from "../../shell/declaration.js";
import { choice, wholeNumber } from "../../shell/option-values.js";
import { addCommonOptions, addInputOptions } from "../../shell/options.js";
import { COMPONENT_METRIC_NAMES } from "../../similarity/options.js";
import type { DescribeOptions } from "./run.js";

export const describe: Declaration = {
  name: "describe",
  description: "describe a file: format, shape, ids, norms, anything unusual",
  examples: [
    ["simcli describe a.csv", "format, shape, ids, norms"],
    ["simcli describe a.csv --json", "as JSON"],
    ["simcli describe a.csv --hubness -k 2", "rows that are near to many others"],
    ["simcli noise a.csv --seed 1 | simcli describe - -f table", "vectors on stdin"],
  ],
  declare(command, runner) {
    command
      .argument("<a>", "file, folder or 'pattern' of vectors (- for stdin)")
      .option("--hubness", "also search the nearest rows of each row: whether a few rows are near to many")
      .addOption(
        new Option("-k <n>", "with --hubness: number of neighbours of each row (default: 10, or all)").argParser(
          wholeNumber("-k", 1, 1_000_000),
        ),
      )
      .addOption(
        choice("--metric <name>", "with --hubness: metric of the scores (default: cosine)", COMPONENT_METRIC_NAMES),
      );
    addCommonOptions(addInputOptions(command)).action(async (a: string, options: DescribeOptions) => {
      const { runDescribe } = await import("./run.js");
      await runner.run(options, (context) => runDescribe(context, a, options));
    });
  },
};
