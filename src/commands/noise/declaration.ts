import { Option } from "commander";
import type { Declaration } from "../../shell/declaration.js";
import { atLeastZero, wholeNumber } from "../../shell/option-values.js";
import { addCommonOptions, addInputOptions } from "../../shell/options.js";
import type { NoiseOptions } from "./run.js";

export const noise: Declaration = {
  name: "noise",
  description: "add normal noise to vectors, to make approximate duplicates",
  examples: [
    ["simcli noise a.csv --seed 1 -o b.csv", "noise with standard deviation 2"],
    ["simcli noise a.csv --sd 0.1 --seed 7 | simcli loss a.csv -", "losses of a batch of near duplicates"],
  ],
  declare(command, runner) {
    command
      .argument("<a>", "file, folder or 'pattern' of vectors (- for stdin)")
      .addOption(atLeastZero("--sd <x>", "standard deviation of the noise", 2))
      .addOption(
        new Option("--seed <n>", "seed of the noise (default: new noise each time)").argParser(
          wholeNumber("--seed", 0, Number.MAX_SAFE_INTEGER),
        ),
      );
    addCommonOptions(addInputOptions(command)).action(async (a: string, options: NoiseOptions) => {
      const { runNoise } = await import("./run.js");
      await runner.run(options, (context) => runNoise(context, a, options));
    });
  },
};
