import { Option } from "commander";
import { UsageError } from "../../core/errors.js";
import type { Declaration } from "../../shell/declaration.js";
import { addCommonOptions, addInputOptions, addMetricOptions, wholeNumber } from "../../shell/options.js";
import type { EvalOptions } from "./run.js";

export const evaluation: Declaration = {
  name: "eval",
  description: "how well a model retrieves: accuracy, recall, MRR, nDCG, MAP, and what its scores are like",
  declare(command, runner) {
    command
      .argument("<queries>", "a file of vectors, one a row; - is stdin")
      .argument("[corpus]", "what is searched; left out, the queries themselves")
      .optionsGroup("Answers (row i of the corpus for query i, unless said):")
      .option("--labels <column|file>", "classes: rows of the query's class answer it")
      .option("--qrels <file>", "judgements of relevance: TREC's qrels, or pairs of ids, a line each")
      .addOption(
        new Option("-k <list>", "the cut-offs of accuracy, precision, recall, mrr, ndcg and map")
          .argParser(cutoffs)
          .default([1, 3, 5, 10, 100], "1,3,5,10,100"),
      )
      .option("--per-query", "a record a query in place of the means");
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
  throw new UsageError(`-k: expected different cut-offs, found "${text}"`, "each of them once");
}
