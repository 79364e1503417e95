import { Option } from "commander";
import type { Declaration } from "../../shell/declaration.js";
import {
  addCommonOptions,
  addEngineOptions,
  addInputOptions,
  atLeastZero,
  decimalNumber,
} from "../../shell/options.js";
import { DEFAULT_TOLERANCE } from "../../similarity/agreement.js";
import type { MetricName } from "../../similarity/metrics/metric.js";
import type { SimilarityCommandOptions } from "./run.js";

const METRICS: { readonly [name in MetricName]: string } = {
  cosine: "cosine similarity of the rows of two files",
  dot: "dot products of the rows of two files",
  euclidean: "Euclidean distances (L2)",
  sqeuclidean: "squared Euclidean distances",
  manhattan: "Manhattan distances (city block, L1)",
  chebyshev: "Chebyshev distances: the largest difference of two components",
  correlation: "Pearson correlations: the cosine of rows less their means",
};

/** A command a metric, all with the same options. */
export const similarities: readonly Declaration[] = Object.entries(METRICS).map(([name, description]) => ({
  name,
  description,
  declare(command, runner) {
    command
      .argument("<a>", "a file of vectors, one a row; - is stdin")
      .argument("[b]", "another one; left out, a is compared with itself");
    addEngineOptions(command)
      .option("--check", "run both modes and tell whether they agree (default: in tables, while that is cheap)")
      .option("--no-check", "do not")
      .addOption(atLeastZero("--rtol <x>", "relative tolerance of the check", DEFAULT_TOLERANCE.rtol))
      .addOption(
        new Option("--atol <x>", "absolute tolerance of the check (default: 1e-8, with --dtype f32 1e-6)").argParser(
          decimalNumber("--atol", 0),
        ),
      )
      .option("--equal-nan", "NaN equals NaN in the check", false)
      .option("--transpose", "rows of b in the rows of the result")
      .addOption(new Option("--paired", "row i with row i only").conflicts("transpose"));
    addCommonOptions(addInputOptions(command)).action(
      async (a: string, b: string | undefined, options: SimilarityCommandOptions) => {
        const { runSimilarity } = await import("./run.js");
        await runner.run(options, (context) => runSimilarity(context, name as MetricName, a, b, options));
      },
    );
  },
}));
