import type { ConvertOptions } from "../commands/convert.js";
import { addCommonOptions, addInputOptions } from "../options.js";
import type { Declaration } from "./declaration.js";

export const convert: Declaration = {
  name: "convert",
  description: "a file of vectors in another format, with its ids and the same numbers",
  declare(command, runner) {
    command.argument("<a>", "a file of vectors, one a row; - is stdin");
    addCommonOptions(addInputOptions(command)).action(async (a: string, options: ConvertOptions) => {
      const { runConvert } = await import("../commands/convert.js");
      await runner.run(options, (context) => runConvert(context, a, options));
    });
  },
};
