import type { Declaration } from "../../shell/declaration.js";
import { addCommonOptions, addInputOptions } from "../../shell/options.js";
import type { DescribeOptions } from "./run.js";

export const describe: Declaration = {
  name: "describe",
  description: "describe a file: format, shape, ids, norms, anything unusual",
  examples: [
    ["simcli describe a.csv", "format, shape, ids, norms"],
    ["simcli describe a.csv --json", "as JSON"],
    ["simcli noise a.csv --seed 1 | simcli describe - -f table", "vectors on stdin"],
  ],
  declare(command, runner) {
    command.argument("<a>", "file, folder or 'pattern' of vectors (- for stdin)");
    addCommonOptions(addInputOptions(command)).action(async (a: string, options: DescribeOptions) => {
      const { runDescribe } = await import("./run.js");
      await runner.run(options, (context) => runDescribe(context, a, options));
    });
  },
};
