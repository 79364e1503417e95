import { Argument, type Command } from "commander";
import type { Declaration } from "../../shell/declaration.js";

const SHELLS = ["bash", "zsh", "fish"] as const;

export const completion: Declaration = {
  name: "completion",
  description: "print a script that completes command lines in a shell",
  examples: [
    ['eval "$(simcli completion bash)"', "in ~/.bashrc (zsh: in ~/.zshrc)"],
    ["simcli completion fish | source", "in config.fish"],
  ],
  declare(command, runner) {
    command.addArgument(new Argument("<shell>", "the shell to print it for").choices(SHELLS)).action(async (shell) => {
      const { completionScript } = await import("./run.js");
      runner.print(completionScript(command.parent as Command, shell));
    });
  },
};
