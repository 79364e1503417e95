import type { Declaration } from "../../shell/declaration.js";
import { addCommonOptions, type CommonOptions } from "../../shell/options.js";

export const demo: Declaration = {
  name: "demo",
  description: "the notebook that simcli began as, from start to end",
  declare(command, runner) {
    addCommonOptions(command, "table, in a pipe too").action(async (options: CommonOptions) => {
      // A demonstration is read by people, wherever it goes.
      const shown: CommonOptions =
        options.format || options.json || options.output ? options : { ...options, format: "table" };
      const { runDemo } = await import("./run.js");
      await runner.run(shown, runDemo);
    });
  },
};
