import { Option } from "commander";
import type { Declaration } from "../../shell/declaration.js";
import {
  addCommonOptions,
  addInputOptions,
  addMetricOptions,
  decimalNumber,
  wholeNumber,
} from "../../shell/options.js";
import type { TopkOptions } from "./run.js";

export const topk: Declaration = {
  name: "topk",
  description: "the most similar rows of a corpus for every query",
  declare(command, runner) {
    command
      .argument("<queries>", "a file of vectors, one a row; - is stdin")
      .argument("[corpus]", "the file to search, of any size; left out, the queries are searched themselves")
      .addOption(
        new Option("-k <n>", "neighbours of each query").argParser(wholeNumber("-k", 1, 1_000_000)).default(10),
      )
      .addOption(
        new Option("--min-score <x>", "only neighbours that score this or better").argParser(
          decimalNumber("--min-score"),
        ),
      )
      .option(
        "--exclude-self",
        "row i of the corpus is query i, and no neighbour of its own (default: without a corpus)",
      )
      .option("--no-exclude-self", "a query may be its own neighbour");
    addMetricOptions(command);
    addCommonOptions(addInputOptions(command)).action(
      async (queries: string, corpus: string | undefined, options: TopkOptions) => {
        const { runTopk } = await import("./run.js");
        await runner.run(options, (context) => runTopk(context, queries, corpus, options));
      },
    );
  },
};
