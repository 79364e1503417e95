import { Option } from "commander";
import { UsageError } from "../../core/errors.js";
import { QUANTIZATIONS } from "../../core/quantization.js";
import { type Declaration, MissingInput } from "../../shell/declaration.js";
import { choice, decimalNumber, share, wholeNumber } from "../../shell/option-values.js";
import {
  addCarryOptions,
  addCommonOptions,
  addInputOptions,
  addMetricOptions,
  addQuantizationOptions,
  addShardOptions,
  dimensionCount,
  relevanceLevelOption,
} from "../../shell/options.js";
import { METRIC_NAMES } from "../../similarity/options.js";
import type { EvalOptions } from "./run.js";
import type { SizesOptions } from "./sizes.js";
import { expectOneSize, expectShardable, expectTask, TASKS } from "./task-options.js";

export const evaluation: Declaration = {
  name: "eval",
  description:
    "metrics of a model: retrieval (accuracy, recall, MRR, nDCG, MAP), similarity, labelled pairs, triplets, bitext",
  examples: [
    ["simcli eval a.csv b.csv", "row i of b is relevant to query i of a"],
    ["simcli eval a.csv b.csv -k 1,2 --json | jq .metrics", "as JSON"],
    ["simcli eval a.csv b.csv --per-query", "one record per query"],
    ["simcli eval a.csv b.csv --dimensions 2,3 --quantize none,int8", "what smaller vectors cost"],
    ["simcli eval a.csv b.csv --task bitext", "another task: row i of b is the translation of row i of a"],
    ["simcli eval --run run.txt --qrels qrels.txt", "a TREC run, as trec_eval reads it"],
  ],
  declare(command, runner) {
    command
      .argument("[queries]", "file, folder or 'pattern' of vectors (- for stdin)")
      .argument("[corpus]", "file to search (default: the queries)")
      .argument("[negatives]", "third file of --task triplets")
      .addOption(
        choice("--task <name>", "what the files hold; sts, pairs, bitext: two files row by row", TASKS).default(
          "retrieval",
        ),
      )
      .option("--run <file>", "TREC run in place of vectors, with --qrels")
      .optionsGroup("Relevance (default: row i of the corpus is relevant to query i):")
      .option("--labels <column|file>", "classes: rows of the query's class are relevant; pairs: 1 or 0 for each row")
      .option("--qrels <file>", "relevance judgements: TREC qrels, or one pair of ids per line")
      .addOption(
        new Option("-k <list>", "cutoffs of accuracy, precision, recall, mrr, ndcg and map; bitext: neighbours")
          .argParser(cutoffs)
          .default([1, 3, 5, 10, 100], "1,3,5,10,100"),
      )
      .addOption(
        new Option(
          "--metrics <list>",
          "metrics by name, such as ndcg@10,recall,bpref; all also computes bpref, rbp and others",
        ).argParser((text: string) => text.split(",").map((name) => name.trim())),
      )
      .addOption(relevanceLevelOption())
      .addOption(new Option("--persistence <p>", "persistence of rbp (default: 0.8)").argParser(share("--persistence")))
      .option("--per-query", "write one record per query instead of the means");
    addCarryOptions(command)
      .optionsGroup("Other tasks:")
      .option("--scores <column|file>", "sts: gold scores of the pairs, one for each row")
      .option("--pairs <file>", "sts, pairs: two ids and a gold score or label (0, 1) per line, in place of row by row")
      .addOption(
        new Option("--target-precision <x>", "pairs: also find the threshold that reaches this precision").argParser(
          share("--target-precision"),
        ),
      )
      .addOption(
        new Option("--margin <x>", "triplets: how much nearer than the negative the positive has to be").argParser(
          decimalNumber("--margin"),
        ),
      );
    addQuantizationOptions(addMetricOptions(command, METRIC_NAMES), quantizeList());
    addCommonOptions(addInputOptions(addShardOptions(command), dimensionsList())).action(
      async (
        first: string | undefined,
        second: string | undefined,
        third: string | undefined,
        options: SizesOptions,
      ) => {
        const paths = [first, second, third].filter((path) => path !== undefined);
        if (paths.length === 0 && options.run === undefined) throw new MissingInput(command);
        const isGiven = (option: string) => command.getOptionValueSource(option) === "cli";
        const { dimensions = [], quantize = [], ...rest } = options;
        await runner.run(rest, async (context) => {
          const { task, run } = rest;
          if (rest.shard) expectShardable(task, run, Math.max(dimensions.length, quantize.length));
          if (run !== undefined) {
            return (await import("./trec-run.js")).evaluateRun(context, run, paths, rest, isGiven);
          }
          expectTask(task, paths, isGiven);
          const [queries, corpus] = paths;
          if (dimensions.length > 1 || quantize.length > 1) {
            expectOneSize(task, dimensions);
            return (await import("./sizes.js")).runSizes(context, queries, corpus, options);
          }
          const [type = "none"] = quantize;
          const single: EvalOptions = {
            ...rest,
            ...(dimensions.length > 0 && { dimensions: dimensions[0] }),
            ...(type !== "none" && { quantize: type }),
          };
          if (rest.shard) return (await import("./eval-parts.js")).runEvalShard(context, queries, corpus, single);
          if (task === "retrieval") return (await import("./run.js")).runEval(context, queries, corpus, single);
          return (await import("./tasks.js")).runTask(context, task, paths, single, isGiven);
        });
      },
    );
  },
};

const dimensionsList = () =>
  new Option("--dimensions <list>", "use the first n components of each row; a list compares sizes").argParser((text) =>
    different("--dimensions", text, text.split(",").map(dimensionCount)),
  );

function quantizeList(): Option {
  const type = choice("--quantize <list>", "", ["none", ...QUANTIZATIONS]);
  const parse = type.parseArg as (text: string, before: undefined) => string;
  const text = "quantise the vectors: none, int8, binary, f16; a list compares sizes";
  return new Option(type.flags, text).argParser((list) =>
    different(
      "--quantize",
      list,
      list.split(",").map((one) => parse(one, undefined)),
    ),
  );
}

function different<T>(name: string, text: string, list: T[]): T[] {
  if (new Set(list).size === list.length) return list;
  throw new UsageError(`${name}: expected different values, found "${text}"`, "name each value once");
}

function cutoffs(text: string): number[] {
  const list = text.split(",").map(wholeNumber("-k", 1, 1e9));
  if (new Set(list).size === list.length) return list;
  throw new UsageError(`-k: expected different cutoffs, found "${text}"`, "name each cutoff once");
}
