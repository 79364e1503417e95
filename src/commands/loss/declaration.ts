import type { Command } from "commander";
import { type Declaration, MissingInput } from "../../shell/declaration.js";
import { addCommonOptions, addEngineOptions, addInputOptions } from "../../shell/options.js";
import { addLossOptions } from "./loss-options.js";
import type { LossCommandOptions } from "./run.js";

export const loss: Declaration = {
  name: "loss",
  description: "losses of a batch, of a similarity matrix or of two files of vectors",
  declare(command, runner) {
    command
      .argument("[a]", "a similarity matrix (default: stdin), or a file of vectors")
      .argument("[b]", "the other file of vectors");
    addEngineOptions(addLossOptions(command));
    addCommonOptions(addInputOptions(command)).action(
      async (a: string | undefined, b: string | undefined, options: LossCommandOptions) => {
        if (a === undefined && runner.streams.stdin.isTTY) throw new MissingInput(command);
        if (b === undefined) expectNoEngine(command);
        const { runLoss } = await import("./run.js");
        await runner.run(options, (context) => runLoss(context, a ?? "-", b, options));
      },
    );
  },
};

/** A matrix that is read needs no engine; to name one is a mistake about the files. */
function expectNoEngine(command: Command): void {
  for (const name of ["mode", "backend", "dtype", "zeroVectors"]) {
    if (command.getOptionValueSource(name) !== "cli") continue;
    const flag = command.options.find((option) => option.attributeName() === name)?.long;
    command.error(`error: ${flag} computes similarities: expected two files of vectors, found a matrix`, {
      code: "simcli.engine",
    });
  }
}
