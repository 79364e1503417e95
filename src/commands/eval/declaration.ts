import { Option } from "commander";
import { UsageError } from "../../core/errors.js";
import { QUANTIZATIONS } from "../../core/quantization.js";
import type { Declaration } from "../../shell/declaration.js";
import {
  addCommonOptions,
  addInputOptions,
  addMetricOptions,
  addQuantizationOptions,
  choice,
  dimensionCount,
  wholeNumber,
} from "../../shell/options.js";
import type { EvalOptions } from "./run.js";
import type { SizesOptions } from "./sizes.js";

export const evaluation: Declaration = {
  name: "eval",
  description: "retrieval metrics of a model: accuracy, recall, MRR, nDCG, MAP, and its score distributions",
  examples: [
    ["simcli eval a.csv b.csv", "row i of b is relevant to query i of a"],
    ["simcli eval a.csv b.csv -k 1,2 --json | jq .metrics", "as JSON"],
    ["simcli eval a.csv b.csv --per-query", "one record per query"],
    ["simcli eval a.csv b.csv --dimensions 2,3 --quantize none,int8", "what smaller vectors cost"],
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
    addQuantizationOptions(addMetricOptions(command), quantizeList());
    addCommonOptions(addInputOptions(command, dimensionsList())).action(
      async (queries: string, corpus: string | undefined, options: SizesOptions) => {
        const { dimensions = [], quantize = [], ...rest } = options;
        await runner.run(rest, async (context) => {
          if (dimensions.length > 1 || quantize.length > 1) {
            return (await import("./sizes.js")).runSizes(context, queries, corpus, options);
          }
          const [type = "none"] = quantize;
          const single: EvalOptions = {
            ...rest,
            ...(dimensions.length > 0 && { dimensions: dimensions[0] }),
            ...(type !== "none" && { quantize: type }),
          };
          return (await import("./run.js")).runEval(context, queries, corpus, single);
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
