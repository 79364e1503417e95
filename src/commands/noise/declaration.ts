import { Option } from "commander";
import type { Declaration } from "../../shell/declaration.js";
import { addCommonOptions, addInputOptions, atLeastZero, wholeNumber } from "../../shell/options.js";
import type { NoiseOptions } from "./run.js";

export const noise: Declaration = {
  name: "noise",
  description: "vectors plus normal noise: approximate duplicates",
  declare(command, runner) {
    command
      .argument("<a>", "a file of vectors, one a row; - is stdin")
      .addOption(atLeastZero("--sd <x>", "standard deviation of the noise", 2))
      .addOption(
        new Option("--seed <n>", "draw the same noise again (default: another each time)").argParser(
          wholeNumber("--seed", 0, Number.MAX_SAFE_INTEGER),
        ),
      );
    addCommonOptions(addInputOptions(command)).action(async (a: string, options: NoiseOptions) => {
      const { runNoise } = await import("./run.js");
      await runner.run(options, (context) => runNoise(context, a, options));
    });
  },
};
