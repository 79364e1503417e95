import type { Declaration } from "../../shell/declaration.js";
import { addCommonOptions, addInputOptions } from "../../shell/options.js";
import type { ConvertOptions } from "./run.js";

export const convert: Declaration = {
  name: "convert",
  description: "a file of vectors in another format, with its ids and the same numbers",
  declare(command, runner) {
    command.argument("<a>", "a file of vectors, one a row; - is stdin");
    addCommonOptions(addInputOptions(command)).action(async (a: string, options: ConvertOptions) => {
      const { runConvert } = await import("./run.js");
      await runner.run(options, (context) => runConvert(context, a, options));
    });
  },
};
