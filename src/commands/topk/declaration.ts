import { Option } from "commander";
import type { Declaration } from "../../shell/declaration.js";
import { corpusShardOption, decimalNumber, wholeNumber } from "../../shell/option-values.js";
import {
  addCarryOptions,
  addCommonOptions,
  addInputOptions,
  addMetricOptions,
  addQuantizationOptions,
  addShardOptions,
} from "../../shell/options.js";
import { METRIC_NAMES } from "../../similarity/options.js";
import type { TopkOptions } from "./run.js";

export const topk: Declaration = {
  name: "topk",
  description: "find the nearest rows of a corpus for every query",
  examples: [
    ["simcli topk a.csv b.csv -k 3", "the three nearest rows of b for every row of a"],
    ["simcli topk a.csv -k 1 --min-score 0.9", "near duplicates within a"],
    ["simcli topk a.csv b.csv --json | jq .[0].id", "as JSON"],
  ],
  declare(command, runner) {
    command
      .argument("<queries>", "file, folder or 'pattern' of vectors (- for stdin)")
      .argument("[corpus]", "file to search, of any size (default: the queries)")
      .addOption(
        new Option("-k <n>", "number of neighbours per query").argParser(wholeNumber("-k", 1, 1_000_000)).default(10),
      )
      .addOption(
        new Option("--min-score <x>", "minimum score of a neighbour (distances: the maximum)").argParser(
          decimalNumber("--min-score"),
        ),
      )
      .option(
        "--exclude-self",
        "row i of the corpus is query i: exclude it from its neighbours (default: without a corpus)",
      )
      .option("--no-exclude-self", "allow a query to be its own neighbour")
      .addOption(
        new Option("--rescore <n>", "refine the n·k best by quantised scores with the vectors as they are").argParser(
          wholeNumber("--rescore", 1, 10_000),
        ),
      )
      .option("--labels <column|file>", "labels: adds the columns query_label and label")
      .option(
        "--ground-truth",
        "row numbers of the neighbours, one row per query: Parquet; .ivecs and .ibin always are",
      )
      .addOption(
        new Option("--embedding-atlas", "Parquet with a row per query, for embedding-atlas --neighbors").conflicts([
          "carry",
          "groundTruth",
        ]),
      );
    addShardOptions(addCarryOptions(command)).addOption(
      new Option(
        "--corpus-shard <j/m>",
        "search only share j of m of the corpus: shards are of queries and corpus (auto/m: with --shard auto/n)",
      ).argParser(corpusShardOption),
    );
    addQuantizationOptions(addMetricOptions(command, METRIC_NAMES));
    addCommonOptions(addInputOptions(command)).action(
      async (queries: string, corpus: string | undefined, options: TopkOptions) => {
        const { runTopk } = await import("./run.js");
        await runner.run(options, (context) => runTopk(context, queries, corpus, options));
      },
    );
  },
};
