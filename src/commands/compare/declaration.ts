import { Option } from "commander";
import { UsageError } from "../../core/errors.js";
import type { Declaration } from "../../shell/declaration.js";
import { wholeNumber } from "../../shell/option-values.js";
import { addCommonOptions, addInputOptions, addMetricOptions, relevanceLevelOption } from "../../shell/options.js";
import type { CompareOptions } from "./run.js";

export const compare: Declaration = {
  name: "compare",
  description: "compare models: differences of retrieval metrics with intervals and significance tests",
  examples: [
    ["simcli compare a.csv b.csv --with b.csv a.csv", "the first two files are the baseline"],
    ["simcli compare a.csv b.csv --with b.csv a.csv --measures mrr@10,recall@1 --json", "other metrics, as JSON"],
  ],
  declare(command, runner) {
    command
      .argument("<queries>", "the baseline: vectors, a TREC run, or a file written by eval --per-query")
      .argument("[corpus]", "vectors to search (default: the queries)")
      .option("--with <files...>", "the system to compare, as many files as the baseline; repeatable")
      .optionsGroup("Relevance (default: row i of the corpus is relevant to query i):")
      .option("--labels <column|file>", "classes: rows of the query's class are relevant")
      .option("--qrels <file>", "relevance judgements: TREC qrels, or one pair of ids per line")
      .addOption(relevanceLevelOption())
      .optionsGroup("Comparison:")
      .addOption(
        new Option(
          "--measures <list>",
          "metrics to compare, as eval names them (default: ndcg@10,mrr@10,recall@10,accuracy@1; of files, all)",
        ).argParser(names),
      )
      .addOption(
        new Option("--resamples <n>", "resamples of the randomisation test and of the bootstrap")
          .argParser(wholeNumber("--resamples", 100, 10_000_000))
          .default(10_000),
      )
      .addOption(
        new Option("--seed <n>", "seed of the resamples")
          .argParser(wholeNumber("--seed", 0, Number.MAX_SAFE_INTEGER))
          .default(0),
      )
      .addOption(
        new Option(
          "--moved <n>",
          "queries listed that gained and lost most (default: 3; csv, ndjson …: these instead of the tests)",
        ).argParser(wholeNumber("--moved", 0, 1_000_000_000)),
      );
    addMetricOptions(command);
    addCommonOptions(addInputOptions(command)).action(
      async (queries: string, corpus: string | undefined, options: CompareOptions) => {
        const { runCompare } = await import("./run.js");
        const isGiven = (option: string) => command.getOptionValueSource(option) === "cli";
        await runner.run(options, (context) => runCompare(context, queries, corpus, options, isGiven));
      },
    );
  },
};

function names(text: string): string[] {
  const list = text.split(",").map((name) => name.trim());
  if (new Set(list).size === list.length && !list.includes("")) return list;
  throw new UsageError(`--measures: expected different names, found "${text}"`, "name each metric once");
}
