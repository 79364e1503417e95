import { Option } from "commander";
import type { Declaration } from "../../shell/declaration.js";
import { choice, decimalNumber, wholeNumber } from "../../shell/option-values.js";
import {
  addCarryOptions,
  addCommonOptions,
  addInputOptions,
  addMetricOptions,
  addQuantizationOptions,
  addShardOptions,
} from "../../shell/options.js";
import { METRIC_NAMES } from "../../similarity/options.js";
import type { PairsOptions } from "./compared.js";

export const pairs: Declaration = {
  name: "pairs",
  description: "find near-duplicate pairs of rows in one file, or across two",
  examples: [
    ["simcli pairs a.csv", "near duplicates: pairs that score 0.9 or better, the best first"],
    ["simcli pairs a.csv --min-score 0.5 --max-pairs 2", "the two best pairs above 0.5"],
    ["simcli pairs a.csv --min-score 0.5 --groups", "the group of each row"],
    ["simcli pairs a.csv --min-score 0.75 --groups communities --min-size 2", "as in sentence-transformers"],
    ["simcli pairs a.csv b.csv", "rows of a with near duplicates in b: test rows leaked into training"],
  ],
  declare(command, runner) {
    command
      .argument("<a>", "file, folder or 'pattern' of vectors (- for stdin)")
      .argument("[b]", "second file, of any size: find pairs of a row of a and a row of b (default: pairs within a)")
      .addOption(
        new Option("--min-score <x>", "minimum score of a pair (distances: the maximum)")
          .argParser(decimalNumber("--min-score"))
          .default(0.9),
      )
      .addOption(
        new Option("--max-pairs <n>", "maximum number of pairs, the best first (default: all)").argParser(
          wholeNumber("--max-pairs", 1, Number.MAX_SAFE_INTEGER),
        ),
      )
      .addOption(
        choice("--groups [kind]", "write the group of each row instead: rows that pairs connect, or communities", [
          "components",
          "communities",
        ])
          .preset("components")
          .conflicts("maxPairs"),
      )
      .addOption(
        new Option("--min-size <n>", "with --groups: minimum rows of a group (default: 2; communities: 10)").argParser(
          wholeNumber("--min-size", 1, Number.MAX_SAFE_INTEGER),
        ),
      )
      .option("--labels <column|file>", "labels: adds the columns a_label and b_label, with --groups label");
    addShardOptions(addCarryOptions(command));
    addQuantizationOptions(addMetricOptions(command, METRIC_NAMES));
    addCommonOptions(addInputOptions(command)).action(
      async (a: string, b: string | undefined, options: PairsOptions) => {
        const { runPairs } = await import("./run.js");
        await runner.run(options, (context) => runPairs(context, a, b, options));
      },
    );
  },
};
