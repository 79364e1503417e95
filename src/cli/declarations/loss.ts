import { type Command, Option } from "commander";
import { DEFAULT_LOSS } from "../../loss/hard-negative-loss.js";
import type { LossCommandOptions } from "../commands/loss.js";
import { addCommonOptions, addEngineOptions, addInputOptions, atLeastZero, choice, numberList } from "../options.js";
import { type Declaration, MissingInput } from "./declaration.js";

const NEGATIVES = ["semi-hard", "hard"];
const REDUCTIONS = ["sum", "mean", "nonzero", "none"];
const ANCHORS = ["rows", "columns", "both"];
const FALLBACKS = ["floor", "subtract", "easiest", "skip"];

export const loss: Declaration = {
  name: "loss",
  description: "losses with hard negatives, of a similarity matrix or of two files of vectors",
  declare(command, runner) {
    command
      .argument("[a]", "a similarity matrix (default: stdin), or a file of vectors")
      .argument("[b]", "the other file of vectors")
      .addOption(
        new Option("--margin <list>", "α of the losses; of a list, each")
          .argParser(numberList("--margin"))
          .default([0.25], "0.25"),
      )
      .addOption(
        choice(
          "--negatives <kind>",
          "the closest negative: none above the positive, or the largest",
          NEGATIVES,
        ).default(DEFAULT_LOSS.negatives),
      )
      .addOption(
        choice("--reduction <how>", "one loss from those of all anchors", REDUCTIONS).default(DEFAULT_LOSS.reduction),
      )
      .addOption(choice("--anchors <which>", "what the anchors are", ANCHORS).default(DEFAULT_LOSS.anchors))
      .addOption(
        choice("--fallback <value>", "the closest negative where none is eligible", FALLBACKS).default(
          DEFAULT_LOSS.fallback,
        ),
      )
      .addOption(
        atLeastZero(
          "--tie-tolerance <x>",
          "a negative this near the positive is a tie, and kept",
          DEFAULT_LOSS.tieTolerance,
        ),
      )
      .option("--labels <column|file>", "classes: rows of the anchor's class are no negatives")
      .option("--total", "print the reduced loss alone, a line a margin");
    addEngineOptions(command);
    addCommonOptions(addInputOptions(command)).action(
      async (a: string | undefined, b: string | undefined, options: LossCommandOptions) => {
        if (a === undefined && runner.streams.stdin.isTTY) throw new MissingInput(command);
        if (b === undefined) expectNoEngine(command);
        const { runLoss } = await import("../commands/loss.js");
        await runner.run(options, (context) => runLoss(context, a ?? "-", b, options));
      },
    );
  },
};

/** A matrix that is read needs no engine; to name one is a mistake about the files. */
function expectNoEngine(command: Command): void {
  for (const name of ["mode", "backend", "zeroVectors"]) {
    if (command.getOptionValueSource(name) !== "cli") continue;
    const flag = command.options.find((option) => option.attributeName() === name)?.long;
    command.error(`error: ${flag} computes similarities: expected two files of vectors, found a matrix`, {
      code: "simcli.engine",
    });
  }
}
