import { Option } from "commander";
import { UNSCORED } from "../../neighbours/given-order.js";
import { ORDERS } from "../../neighbours/margin-scores.js";
import { DEFAULT_MINING_MARGIN } from "../../neighbours/miner.js";
import type { Declaration } from "../../shell/declaration.js";
import { choice, decimalNumber, wholeNumber } from "../../shell/option-values.js";
import {
  addCarryOptions,
  addCommonOptions,
  addInputOptions,
  addMetricOptions,
  addQuantizationOptions,
  addShardOptions,
} from "../../shell/options.js";
import { METRIC_NAMES } from "../../similarity/options.js";
import { MINED_LAYOUTS } from "./mined-records.js";
import type { MineOptions } from "./run.js";

const KINDS = ["hard", "semi-hard", "easy", "random"];

/** Layouts as mine_hard_negatives of Sentence Transformers calls them. */
const OTHER_LAYOUTS = {
  triplet: "--as triplets",
  "n-tuple": "--as tuples",
  "n-tuple-scores": "--as tuples --distill",
  "labeled-pair": "--as pairs",
  "labeled-list": "--as lists",
};

export const mine: Declaration = {
  name: "mine",
  description: "find hard negatives of anchors and write them as training data",
  examples: [
    ["simcli mine a.csv b.csv --negatives 2", "as triplets: the two nearest rows of b other than row i"],
    ["simcli mine a.csv b.csv --relative-margin 0.05", "only negatives that score at most 95 % of the positive"],
    ["simcli mine a.csv b.csv --kind random --seed 1 --as pairs", "random negatives, as labelled pairs"],
  ],
  declare(command, runner) {
    const decimal = (flags: string, description: string) =>
      new Option(flags, description).argParser(decimalNumber(flags.replace(/ .*/, "")));
    const integer = (flags: string, description: string, min: number) =>
      new Option(flags, description).argParser(wholeNumber(flags.replace(/ .*/, ""), min, 1e9));
    command
      .argument("<anchors>", "file, folder or 'pattern' of vectors (- for stdin)")
      .argument("[corpus]", "file that holds positives and negatives (default: the anchors)")
      .optionsGroup("Positives (default: row i of both files is a pair):")
      .option("--labels <column|file>", "classes: rows of the anchor's class are its positives")
      .option("--positives <file>", "lines of two ids (anchor, positive), or TREC qrels")
      .optionsGroup("Negatives:")
      .option("--forbid <file>", "pairs of ids (anchor, row) that are never negatives, as in --positives")
      .addOption(integer("--negatives <n>", "number of negatives per anchor (default: 5)", 1))
      .addOption(
        choice("--kind <kind>", "which rows are candidates, by their score relative to the positive", KINDS).default(
          "hard",
        ),
      )
      .addOption(decimal("--min-score <x>", "exclude negatives that score worse than x"))
      .addOption(decimal("--max-score <x>", "exclude negatives that score better than x"))
      .addOption(
        decimal(
          "--margin <x>",
          `minimum distance in score from the positive; semi-hard: the maximum (semi-hard, easy: default ${DEFAULT_MINING_MARGIN})`,
        ),
      )
      .addOption(decimal("--relative-margin <x>", "exclude negatives that score above (1 - x) times the positive"))
      .option("--scores <file>", "scores of a teacher, in place of those of the vectors")
      .addOption(integer("--candidates <n>", "write n candidates per anchor, for a teacher to score", 1))
      .optionsGroup("Candidates:")
      .addOption(integer("--range-min <n>", "skip the n nearest candidates", 0).default(0))
      .addOption(integer("--range-max <n>", "consider only the n nearest candidates (default: all)", 1))
      .addOption(choice("--by <score>", "order and limit candidates by this score (default: score)", ORDERS))
      .option("--mutual", "only candidates among whose nearest anchors the anchor is")
      .addOption(integer("--neighbours <n>", "neighbours for --by and --mutual (default: 10; margin-ratio: 4)", 1))
      .addOption(
        choice(
          "--unscored <how>",
          "pairs that --scores lacks: skip them, or use the vectors (default: skip)",
          UNSCORED,
        ),
      )
      .addOption(
        choice("--sampling <how>", "take the nearest candidates, or random ones (default: top)", ["top", "random"]),
      )
      .addOption(
        new Option("--seed <n>", "seed of random samples (default: a new sample each time)").argParser(
          wholeNumber("--seed", 0, Number.MAX_SAFE_INTEGER),
        ),
      )
      .optionsGroup("Records:")
      .addOption(choice("--as <layout>", "layout of records (default: triplets)", MINED_LAYOUTS, OTHER_LAYOUTS))
      .option("--distill", "write scores as the column that distillation needs");
    addShardOptions(addCarryOptions(command));
    addQuantizationOptions(addMetricOptions(command, METRIC_NAMES));
    addCommonOptions(addInputOptions(command)).action(
      async (anchors: string, corpus: string | undefined, options: MineOptions) => {
        const { runMine } = await import("./run.js");
        await runner.run(options, (context) => runMine(context, anchors, corpus, options));
      },
    );
  },
};
