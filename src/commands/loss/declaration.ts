import type { Command } from "commander";
import { type Declaration, MissingInput } from "../../shell/declaration.js";
import { addCommonOptions, addEngineOptions, addInputOptions, addShardOptions } from "../../shell/options.js";
import { addLossOptions } from "./loss-options.js";
import type { LossCommandOptions } from "./run.js";

export const loss: Declaration = {
  name: "loss",
  description: "losses of a training batch: of a matrix, or of two files",
  examples: [
    ["simcli loss a.csv b.csv --margin 0.25", "two files: row i of both is a pair"],
    ["simcli cosine a.csv b.csv | simcli loss", "a similarity matrix on stdin"],
    ["simcli loss iris.csv --labels species --kind triplet", "one file with classes"],
    ["simcli loss a.csv b.csv --kind triplet --gradient gradient.csv", "a triplet loss, and its gradient"],
  ],
  declare(command, runner) {
    command
      .argument("[a]", "similarity matrix (default: stdin), or file of vectors")
      .argument("[b]", "second file of vectors: row i of both is a pair (with --labels, a alone is enough)");
    addEngineOptions(addLossOptions(command));
    addCommonOptions(addInputOptions(addShardOptions(command))).action(
      async (a: string | undefined, b: string | undefined, options: LossCommandOptions) => {
        if (a === undefined && runner.streams.stdin.isTTY) throw new MissingInput(command);
        if (b === undefined && options.labels === undefined) expectNoEngine(command);
        await runner.run(options, async (context) => {
          if (!options.shard) return (await import("./run.js")).runLoss(context, a ?? "-", b, options);
          return (await import("./loss-parts.js")).runLossShard(context, a ?? "-", b, options);
        });
      },
    );
  },
};

/** Rejects engine options for a matrix that is read: nothing is computed then. */
function expectNoEngine(command: Command): void {
  for (const name of ["mode", "backend", "dtype", "zeroVectors"]) {
    if (command.getOptionValueSource(name) !== "cli") continue;
    const flag = command.options.find((option) => option.attributeName() === name)?.long;
    command.error(`error: ${flag} computes similarities: expected two files of vectors, found a matrix`, {
      code: "simcli.engine",
    });
  }
}
