import { Argument, type Command } from "commander";
import type { Declaration } from "../../shell/declaration.js";

const SHELLS = ["bash", "zsh", "fish"] as const;

export const completion: Declaration = {
  name: "completion",
  description: "a script that completes simcli in a shell",
  declare(command, runner) {
    command.addArgument(new Argument("<shell>", "the shell").choices(SHELLS)).action(async (shell) => {
      const { completionScript } = await import("./run.js");
      runner.print(completionScript(command.parent as Command, shell));
    });
  },
};
