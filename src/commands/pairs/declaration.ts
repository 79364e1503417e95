import { Option } from "commander";
import type { Declaration } from "../../shell/declaration.js";
import {
  addCommonOptions,
  addInputOptions,
  addMetricOptions,
  decimalNumber,
  wholeNumber,
} from "../../shell/options.js";
import type { PairsOptions } from "./run.js";

export const pairs: Declaration = {
  name: "pairs",
  description: "near-duplicate pairs of rows in one file",
  declare(command, runner) {
    command
      .argument("<a>", "a file of vectors, one a row; - is stdin")
      .addOption(
        new Option("--min-score <x>", "only pairs that score this or better")
          .argParser(decimalNumber("--min-score"))
          .default(0.9),
      )
      .addOption(
        new Option("--max-pairs <n>", "only the best n (default: all)").argParser(
          wholeNumber("--max-pairs", 1, Number.MAX_SAFE_INTEGER),
        ),
      )
      .addOption(new Option("--groups", "the groups that the pairs connect, a line a row").conflicts("maxPairs"));
    addMetricOptions(command);
    addCommonOptions(addInputOptions(command)).action(async (a: string, options: PairsOptions) => {
      const { runPairs } = await import("./run.js");
      await runner.run(options, (context) => runPairs(context, a, options));
    });
  },
};
