import { Option } from "commander";
import { DEFAULT_TOLERANCE } from "../../similarity/agreement.js";
import type { CosineOptions } from "../commands/cosine.js";
import { addCommonOptions, addEngineOptions, addInputOptions, atLeastZero } from "../options.js";
import type { Declaration } from "./declaration.js";

export const cosine: Declaration = {
  name: "cosine",
  description: "cosine similarity of the rows of two files",
  declare(command, runner) {
    command
      .argument("<a>", "a file of vectors, one a row; - is stdin")
      .argument("[b]", "another one; left out, a is compared with itself");
    addEngineOptions(command)
      .option("--check", "run both modes and tell whether they agree (default: in tables, while that is cheap)")
      .option("--no-check", "do not")
      .addOption(atLeastZero("--rtol <x>", "relative tolerance of the check", DEFAULT_TOLERANCE.rtol))
      .addOption(atLeastZero("--atol <x>", "absolute tolerance of the check", DEFAULT_TOLERANCE.atol))
      .option("--equal-nan", "NaN equals NaN in the check", false)
      .option("--transpose", "rows of b in the rows of the result")
      .addOption(new Option("--paired", "row i with row i only").conflicts("transpose"));
    addCommonOptions(addInputOptions(command)).action(
      async (a: string, b: string | undefined, options: CosineOptions) => {
        const { runCosine } = await import("../commands/cosine.js");
        await runner.run(options, (context) => runCosine(context, a, b, options));
      },
    );
  },
};
