import { Option } from "commander";
import type { Declaration } from "../../shell/declaration.js";
import { numberBetween, wholeNumber } from "../../shell/option-values.js";
import { addCommonOptions, addInputOptions, addMetricOptions } from "../../shell/options.js";
import type { OverlapOptions } from "./run.js";

export const overlap: Declaration = {
  name: "overlap",
  description: "compare the neighbours of the same rows in the vectors of two models",
  examples: [
    ["simcli overlap a.csv b.csv -k 2", "what changes if a model is replaced"],
    ["simcli overlap a.csv b.csv -k 2 --per-row -o rows.csv", "the overlap of each row"],
    ["simcli overlap a.csv b.csv -k 2 --json", "as JSON"],
  ],
  declare(command, runner) {
    command
      .argument("<a>", "vectors of one model")
      .argument("<b>", "vectors of another model for the same rows or ids; dimensions may differ")
      .addOption(
        new Option("-k <n>", "number of neighbours of each row (default: 10, or all other rows)").argParser(
          wholeNumber("-k", 1, 1_000_000),
        ),
      )
      .addOption(
        new Option("--persistence <p>", "weight of farther neighbours in the rank-biased overlap, above 0 and below 1")
          .argParser(numberBetween("--persistence", 0, 1))
          .default(0.9),
      )
      .addOption(
        new Option("--changed <n>", "number of rows to list that changed most")
          .argParser(wholeNumber("--changed", 0, 1_000_000))
          .default(10),
      )
      .option("--per-row", "write a record for each row");
    addMetricOptions(command);
    addCommonOptions(addInputOptions(command)).action(async (a: string, b: string, options: OverlapOptions) => {
      const { runOverlap } = await import("./run.js");
      await runner.run(options, (context) => runOverlap(context, a, b, options));
    });
  },
};
