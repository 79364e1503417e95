import { Option } from "commander";
import { DEFAULT_MINING_MARGIN } from "../../neighbours/miner.js";
import type { Declaration } from "../../shell/declaration.js";
import {
  addCommonOptions,
  addInputOptions,
  addMetricOptions,
  choice,
  decimalNumber,
  wholeNumber,
} from "../../shell/options.js";
import { MINED_LAYOUTS } from "./mined-records.js";
import type { MineOptions } from "./run.js";

const KINDS = ["hard", "semi-hard", "easy", "random"];

export const mine: Declaration = {
  name: "mine",
  description: "hard negatives of anchors, as training data",
  declare(command, runner) {
    const decimal = (flags: string, description: string) =>
      new Option(flags, description).argParser(decimalNumber(flags.replace(/ .*/, "")));
    const whole = (flags: string, description: string, least: number) =>
      new Option(flags, description).argParser(wholeNumber(flags.replace(/ .*/, ""), least, 1e9));
    command
      .argument("<anchors>", "a file of vectors, one a row; - is stdin")
      .argument("[corpus]", "where positives and negatives are; left out, among the anchors")
      .optionsGroup("Positives (row i of both files is a pair, unless said):")
      .option("--labels <column|file>", "classes: rows of the anchor's class are its positives")
      .option("--positives <file>", "pairs of ids, a line each (anchor, positive), or TREC qrels")
      .optionsGroup("Negatives:")
      .addOption(whole("--negatives <n>", "negatives of each anchor", 1).default(5))
      .addOption(
        choice("--kind <kind>", "which rows count, by how near they are beside the positive", KINDS).default("hard"),
      )
      .addOption(whole("--range-min <n>", "pass over so many of the nearest", 0).default(0))
      .addOption(whole("--range-max <n>", "only among so many of the nearest (default: all)", 1))
      .addOption(decimal("--min-score <x>", "only negatives that score this or better"))
      .addOption(decimal("--max-score <x>", "no negative that scores better"))
      .addOption(
        decimal(
          "--margin <x>",
          `less near than the positive by this; semi-hard: by less (semi-hard, easy: ${DEFAULT_MINING_MARGIN})`,
        ),
      )
      .addOption(decimal("--relative-margin <x>", "at most 1 - x as similar as the positive"))
      .addOption(choice("--sampling <how>", "the nearest of them, or any (default: top)", ["top", "random"]))
      .addOption(
        new Option("--seed <n>", "draw the same sample again").argParser(
          wholeNumber("--seed", 0, Number.MAX_SAFE_INTEGER),
        ),
      )
      .addOption(
        choice("--as <layout>", "a record a triplet, a tuple or a labelled pair", MINED_LAYOUTS).default("triplets"),
      );
    addMetricOptions(command);
    addCommonOptions(addInputOptions(command)).action(
      async (anchors: string, corpus: string | undefined, options: MineOptions) => {
        const { runMine } = await import("./run.js");
        await runner.run(options, (context) => runMine(context, anchors, corpus, options));
      },
    );
  },
};
