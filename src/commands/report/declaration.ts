import { type Command, Option } from "commander";
import type { Declaration } from "../../shell/declaration.js";
import { decimalNumber, fileName } from "../../shell/option-values.js";
import { addInputOptions, addMetricOptions, addRunOptions } from "../../shell/options.js";
import type { ReportOptions } from "./run.js";

export const report: Declaration = {
  name: "report",
  description: "write one HTML page: heatmap, warnings, metrics, losses, map",
  examples: [
    ["simcli report a.csv b.csv -o report.html", "two files: row i of both is a pair"],
    ["simcli report iris.csv --labels species -o report.html", "one file with classes"],
    ["simcli report a.csv b.csv --compare c.csv --compare-corpus d.csv -o report.html", "two models side by side"],
  ],
  declare(command, runner) {
    command
      .argument("<a>", "file, folder or 'pattern' of vectors (- for stdin)")
      .argument("[b]", "second file (default: compare a with itself)")
      .option("--labels <column|file>", "classes: rows of the same class are relevant to each other")
      .option("--qrels <file>", "relevance judgements: TREC qrels, or one pair of ids per line")
      .addOption(
        new Option("--margin <x>", "margin of the losses (default: 0.25, with --labels 0.05)").argParser(
          decimalNumber("--margin", 0),
        ),
      )
      .option("--compare <file>", "the rows of a by another model, shown beside the first")
      .option("--compare-corpus <file>", "the rows of b by the other model");
    addMetricOptions(command);
    addInputOptions(command)
      .optionsGroup("Output:")
      .addOption(
        new Option("-o, --output <file>", "the page, written completely or not at all (default: stdout)").argParser(
          fileName("--output"),
        ),
      );
    addRunOptions(command).action(
      async (a: string, b: string | undefined, options: Omit<ReportOptions, "format">, own: Command) => {
        const { runReport } = await import("./run.js");
        const { typedOptions } = await import("./command-lines.js");
        // A page has one format: this one keeps the extension of the file from choosing another.
        const all: ReportOptions = { ...options, format: "csv" };
        await runner.run(all, (context) => runReport(context, a, b, all, typedOptions(own)));
      },
    );
  },
};
