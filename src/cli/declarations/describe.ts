import type { DescribeOptions } from "../commands/describe.js";
import { addCommonOptions, addInputOptions } from "../options.js";
import type { Declaration } from "./declaration.js";

export const describe: Declaration = {
  name: "describe",
  description: "what is in a file of vectors: its format, shape, ids, norms, and what is odd about it",
  declare(command, runner) {
    command.argument("<a>", "a file of vectors, one a row; - is stdin");
    addCommonOptions(addInputOptions(command)).action(async (a: string, options: DescribeOptions) => {
      const { runDescribe } = await import("../commands/describe.js");
      await runner.run(options, (context) => runDescribe(context, a, options));
    });
  },
};
