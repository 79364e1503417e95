import { Option } from "commander";
import type { Declaration } from "../../shell/declaration.js";
import { choice, decimalNumber, fileName } from "../../shell/option-values.js";
import {
  addCommonOptions,
  addInputOptions,
  addMetricOptions,
  carryOption,
  recordsOption,
} from "../../shell/options.js";
import { wordsOptions } from "../shared/write-vectors.js";
import { keepRule } from "./keep-rule.js";
import type { DedupeOptions } from "./run.js";

export const dedupe: Declaration = {
  name: "dedupe",
  description: "write a file of vectors without exact and near duplicates",
  examples: [
    ["simcli dedupe a.csv -o clean.csv", "keep the first row of those that score 0.9 or better"],
    ["simcli dedupe a.csv --against b.csv -o clean.csv", "also remove near duplicates of rows of b"],
    ["simcli dedupe a.csv --removed removed.csv -o clean.csv", "list the removed rows, with their keepers"],
  ],
  declare(command, runner) {
    command
      .argument("<a>", "file, folder or 'pattern' of vectors (- for stdin)")
      .addOption(
        new Option("--min-score <x>", "minimum score of near duplicates (distances: the maximum)")
          .argParser(decimalNumber("--min-score"))
          .default(0.9),
      )
      .option("--against <b>", "second file, of any size: also remove rows that are near duplicates of its rows")
      .addOption(
        new Option("--keep <rule>", "row to keep: first, last, medoid, longest[:COLUMN] or best:COLUMN")
          .argParser(keepRule)
          .default({ by: "first" }, "first"),
      )
      .addOption(
        choice("--link <how>", "greedy: compare with rows that are kept; components: with any row", [
          "greedy",
          "components",
        ]).default("greedy"),
      )
      .addOption(
        new Option("--removed <file>", "list the removed rows, with keeper and score").argParser(fileName("--removed")),
      )
      .addOption(carryOption("write these columns of the file too: text,url (without: ids and components only)"))
      .addOption(recordsOption("table that has the columns of --carry and --keep, joined by id"));
    addMetricOptions(command);
    addCommonOptions(addInputOptions(command)).action(async (a: string, options: DedupeOptions) => {
      const { runDedupe } = await import("./run.js");
      const { asWords, common } = wordsOptions(options);
      await runner.run(common, (context) => runDedupe(context, a, options, asWords));
    });
  },
};
