import { addCommonOptions, type CommonOptions } from "../options.js";
import type { Declaration } from "./declaration.js";

export const demo: Declaration = {
  name: "demo",
  description: "the notebook that simcli began as, from start to end",
  declare(command, runner) {
    addCommonOptions(command, "table, in a pipe too").action(async (options: CommonOptions) => {
      // A demonstration is read by people, wherever it goes.
      const shown: CommonOptions =
        options.format || options.json || options.output ? options : { ...options, format: "table" };
      const { runDemo } = await import("../commands/demo.js");
      await runner.run(shown, runDemo);
    });
  },
};
