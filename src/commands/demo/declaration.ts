import type { Declaration } from "../../shell/declaration.js";
import { addCommonOptions, type CommonOptions } from "../../shell/options.js";

export const demo: Declaration = {
  name: "demo",
  description: "show what simcli computes, with two small batches",
  examples: [
    ["simcli demo", "on one screen"],
    ["simcli demo --json", "all numbers, as JSON"],
  ],
  declare(command, runner) {
    addCommonOptions(command, "table, also in a pipe").action(async (options: CommonOptions) => {
      // The demo is for people, so that it prints a table even to a pipe.
      const shown: CommonOptions =
        options.format || options.json || options.output ? options : { ...options, format: "table" };
      const { runDemo } = await import("./run.js");
      await runner.run(shown, runDemo);
    });
  },
};
