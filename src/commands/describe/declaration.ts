import type { Declaration } from "../../shell/declaration.js";
import { addCommonOptions, addInputOptions } from "../../shell/options.js";
import type { DescribeOptions } from "./run.js";

export const describe: Declaration = {
  name: "describe",
  description: "what is in a file of vectors: its format, shape, ids, norms, and what is odd about it",
  declare(command, runner) {
    command.argument("<a>", "a file of vectors, one a row; - is stdin");
    addCommonOptions(addInputOptions(command)).action(async (a: string, options: DescribeOptions) => {
      const { runDescribe } = await import("./run.js");
      await runner.run(options, (context) => runDescribe(context, a, options));
    });
  },
};
