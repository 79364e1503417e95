import { Option } from "commander";
import { UsageError } from "../../core/errors.js";
import type { Declaration } from "../../shell/declaration.js";
import {
  addCarryOptions,
  addCommonOptions,
  addInputOptions,
  addMetricOptions,
  wholeNumber,
} from "../../shell/options.js";
import type { EvalOptions } from "./run.js";

export const evaluation: Declaration = {
  name: "eval",
  description: "retrieval metrics of a model: accuracy, recall, MRR, nDCG, MAP, and its score distributions",
  examples: [
    ["simcli eval a.csv b.csv", "row i of b is relevant to query i of a"],
    ["simcli eval a.csv b.csv -k 1,2 --json | jq .metrics", "as JSON"],
    ["simcli eval a.csv b.csv --per-query", "one record per query"],
  ],
  declare(command, runner) {
    command
      .argument("<queries>", "file, folder or 'pattern' of vectors (- for stdin)")
      .argument("[corpus]", "file to search (default: the queries)")
      .optionsGroup("Relevance (default: row i of the corpus is relevant to query i):")
      .option("--labels <column|file>", "classes: rows of the query's class are relevant")
      .option("--qrels <file>", "relevance judgements: TREC qrels, or one pair of ids per line")
      .addOption(
        new Option("-k <list>", "cutoffs of accuracy, precision, recall, mrr, ndcg and map")
          .argParser(cutoffs)
          .default([1, 3, 5, 10, 100], "1,3,5,10,100"),
      )
      .option("--per-query", "write one record per query instead of the means");
    addCarryOptions(command);
    addMetricOptions(command);
    addCommonOptions(addInputOptions(command)).action(
      async (queries: string, corpus: string | undefined, options: EvalOptions) => {
        const { runEval } = await import("./run.js");
        await runner.run(options, (context) => runEval(context, queries, corpus, options));
      },
    );
  },
};

function cutoffs(text: string): number[] {
  const list = text.split(",").map(wholeNumber("-k", 1, 1e9));
  if (new Set(list).size === list.length) return list;
  throw new UsageError(`-k: expected different cutoffs, found "${text}"`, "name each cutoff once");
}
