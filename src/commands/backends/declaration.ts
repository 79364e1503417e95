import type { Declaration } from "../../shell/declaration.js";
import { addCommonOptions, type CommonOptions } from "../../shell/options.js";

export const backends: Declaration = {
  name: "backends",
  description: "what can multiply on this machine, and how fast",
  examples: [
    ["simcli backends", "libraries, graphics cards, and why others are not used"],
    ["simcli backends --json", "the same for programs"],
  ],
  declare(command, runner) {
    addCommonOptions(command).action(async (options: CommonOptions) => {
      const { runBackends } = await import("./run.js");
      await runner.run(options, runBackends);
    });
  },
};
