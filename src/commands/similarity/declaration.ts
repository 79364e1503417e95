import { Option } from "commander";
import type { Declaration } from "../../shell/declaration.js";
import { atLeastZero, decimalNumber } from "../../shell/option-values.js";
import {
  addCommonOptions,
  addEngineOptions,
  addInputOptions,
  addQuantizationOptions,
  addShardOption,
} from "../../shell/options.js";
import { DEFAULT_TOLERANCE } from "../../similarity/agreement.js";
import type { MetricName } from "../../similarity/options.js";
import type { SimilarityCommandOptions } from "./run.js";

type Examples = Declaration["examples"];

const METRICS: { readonly [name in MetricName]: { description: string; examples: Examples } } = {
  cosine: {
    description: "cosine similarity of the rows of two files",
    examples: [
      ["simcli cosine a.csv b.csv", "every row of a with every row of b"],
      ["simcli cosine a.csv", "a with itself"],
      ["simcli cosine a.csv b.csv --mode loop --check", "the formula for each pair, checked against the product"],
      ["simcli cosine a.csv b.csv --paired -o pairs.csv", "row i with row i only, written to a file"],
      ["simcli cosine a.csv b.csv --heatmap", "with coloured cells"],
      ["simcli cosine a.csv b.csv --json | jq '.values[0]'", "as JSON"],
      ["simcli noise a.csv --seed 1 | simcli cosine a.csv -", "a with noisy copies of itself"],
    ],
  },
  dot: {
    description: "dot products of the rows of two files",
    examples: [
      ["simcli dot a.csv b.csv", "every row of a with every row of b"],
      ["simcli dot a.csv b.csv | simcli loss", "losses of dot products"],
    ],
  },
  euclidean: {
    description: "Euclidean distances (L2)",
    examples: [
      ["simcli euclidean a.csv b.csv", "every row of a with every row of b"],
      ["simcli euclidean a.csv b.csv --heatmap", "with coloured cells, from 0 to the largest distance"],
      ["simcli euclidean a.csv b.csv --paired", "row i with row i only"],
    ],
  },
  sqeuclidean: {
    description: "squared Euclidean distances",
    examples: [
      ["simcli sqeuclidean a.csv b.csv", "every row of a with every row of b"],
      ["simcli sqeuclidean a.csv --check", "a with itself, checked against the formula"],
    ],
  },
  manhattan: {
    description: "Manhattan distances (city block, L1)",
    examples: [
      ["simcli manhattan a.csv b.csv", "every row of a with every row of b"],
      ["simcli manhattan a.csv b.csv -f table", "as a table"],
    ],
  },
  chebyshev: {
    description: "Chebyshev distances: the largest difference of components (L∞)",
    examples: [
      ["simcli chebyshev a.csv b.csv", "every row of a with every row of b"],
      ["simcli chebyshev a.csv b.csv --json | jq '.values[0]'", "as JSON"],
    ],
  },
  correlation: {
    description: "Pearson correlations: the cosine of rows minus their means",
    examples: [
      ["simcli correlation a.csv b.csv", "every row of a with every row of b"],
      ["simcli correlation a.csv --zero-vectors nan", "nan for a constant row"],
    ],
  },
  hamming: {
    description: "Hamming distances: the number of bits that differ",
    examples: [
      ["simcli hamming a.csv b.csv --quantize binary", "the signs of components"],
      [
        "simcli convert a.csv --quantize binary | simcli hamming - --packed-bits ubinary",
        "packed bits, eight in a byte",
      ],
    ],
  },
  jaccard: {
    description: "Jaccard similarities (Tanimoto) of the bits that are set",
    examples: [
      ["simcli jaccard a.csv b.csv --quantize binary", "the signs of components"],
      [
        "simcli convert a.csv --quantize binary | simcli jaccard - --packed-bits ubinary",
        "packed bits, eight in a byte",
      ],
    ],
  },
};

/** One command for each metric, all with the same options. */
export const similarities: readonly Declaration[] = Object.entries(METRICS).map(
  ([name, { description, examples }]) => ({
    name,
    description,
    examples,
    declare(command, runner) {
      command
        .argument("<a>", "file, folder or 'pattern' of vectors (- for stdin)")
        .argument("[b]", "second file (default: compare a with itself)");
      addQuantizationOptions(addEngineOptions(command))
        .option("--check", "run both modes and check that they agree (default: for small tables)")
        .option("--no-check", "skip the agreement check")
        .addOption(atLeastZero("--rtol <x>", "relative tolerance of the check", DEFAULT_TOLERANCE.rtol))
        .addOption(
          new Option("--atol <x>", "absolute tolerance of the check (default: 1e-8, with --dtype f32 1e-6)").argParser(
            decimalNumber("--atol", 0),
          ),
        )
        .option("--equal-nan", "treat NaN as equal to NaN in the check", false)
        .option("--labels <column|file>", "labels, which name the rows if there are no ids")
        .option("--transpose", "put the rows of b in the rows of the result")
        .addOption(new Option("--paired", "compare row i of a with row i of b only").conflicts("transpose"));
      addCommonOptions(addInputOptions(addShardOption(command))).action(
        async (a: string, b: string | undefined, options: SimilarityCommandOptions) => {
          await runner.run(options, async (context) => {
            const metric = name as MetricName;
            if (!options.shard) return (await import("./run.js")).runSimilarity(context, metric, a, b, options);
            return (await import("./matrix-parts.js")).runMatrixShard(context, metric, a, b, options);
          });
        },
      );
    },
  }),
);
