import { Option } from "commander";
import type { Declaration } from "../../shell/declaration.js";
import { atLeastZero, choice, wholeNumber } from "../../shell/option-values.js";
import { addCommonOptions, addInputOptions } from "../../shell/options.js";
import { COMPONENT_METRIC_NAMES } from "../../similarity/options.js";
import type { RecallOptions } from "./run.js";

export const recall: Declaration = {
  name: "recall",
  description: "recall of an approximate index against exact neighbours",
  examples: [
    ["simcli topk a.csv b.csv -k 2 -o truth.ibin", "exact neighbours with their distances"],
    ["simcli topk a.csv b.csv -k 2 --quantize binary | simcli recall truth.ibin - -k 1,2", "what signs alone find"],
    ["simcli recall truth.ibin truth.ibin --per-query --json", "the recall of each query, as JSON"],
  ],
  declare(command, runner) {
    command
      .argument("<truth>", "exact neighbours: .ivecs, .ibin, .npy, .hdf5, Parquet, or records of topk")
      .argument("<found>", "neighbours that the index found, in any of these formats")
      .addOption(
        new Option("-k <list>", "numbers of neighbours (default: as many as both files have)").argParser(
          (text: string) => text.split(",").map(wholeNumber("-k", 1, 1_000_000)),
        ),
      )
      .addOption(atLeastZero("--epsilon <x>", "tolerance of distances in the tie-tolerant recall", 1e-3))
      .option("--per-query", "write a record for each query")
      .option("--queries <file>", "vectors of the queries, to compute the distances exactly")
      .option("--corpus <file>", "vectors that were searched (default: the queries)")
      .addOption(choice("--metric <name>", "metric of these distances (default: cosine)", COMPONENT_METRIC_NAMES));
    addCommonOptions(addInputOptions(command)).action(async (truth: string, found: string, options: RecallOptions) => {
      const { runRecall } = await import("./run.js");
      await runner.run(options, (context) => runRecall(context, truth, found, options));
    });
  },
};
