import { Option } from "commander";
import { UsageError } from "../../core/errors.js";
import type { Declaration } from "../../shell/declaration.js";
import { addCommonOptions, addInputOptions, addMetricOptions, wholeNumber } from "../../shell/options.js";
import type { EvalOptions } from "./run.js";

export const evaluation: Declaration = {
  name: "eval",
  description: "retrieval metrics of a model: accuracy, recall, MRR, nDCG, MAP, and its score distributions",
  examples: [
    ["simcli eval a.csv b.csv", "row i of b is relevant to query i of a"],
    ["simcli eval a.csv b.csv -k 1,2 --json | jq .metrics", "as JSON"],
    ["simcli eval a.csv b.csv --per-query", "one record per query"],
    ["simcli eval --run run.txt --qrels qrels.txt", "a TREC run, as trec_eval reads it"],
  ],
  declare(command, runner) {
    command
      .argument("[queries]", "file, folder or 'pattern' of vectors (- for stdin)")
      .argument("[corpus]", "file to search (default: the queries)")
      .option("--run <file>", "TREC run in place of vectors, with --qrels")
      .optionsGroup("Relevance (default: row i of the corpus is relevant to query i):")
      .option("--labels <column|file>", "classes: rows of the query's class are relevant")
      .option("--qrels <file>", "relevance judgements: TREC qrels, or one pair of ids per line")
      .addOption(
        new Option("-k <list>", "cutoffs of accuracy, precision, recall, mrr, ndcg and map")
          .argParser(cutoffs)
          .default([1, 3, 5, 10, 100], "1,3,5,10,100"),
      )
      .option("--per-query", "write one record per query instead of the means");
    addMetricOptions(command);
    addCommonOptions(addInputOptions(command)).action(
      async (queries: string | undefined, corpus: string | undefined, options: EvalOptions) => {
        if (options.run !== undefined) {
          const { evaluateRun } = await import("./trec-run.js");
          await runner.run(options, (context) => evaluateRun(context, options.run ?? "", queries, options));
          return;
        }
        if (queries === undefined) {
          throw new UsageError(
            "expected a file of queries, found none",
            "simcli eval queries.npy corpus.npy, or --run FILE",
          );
        }
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
