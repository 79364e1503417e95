import { type Command, Help, type Option } from "commander";

/** Groups of options that many commands have. The help of a command names these options only, so that it fits a screen. */
const SHARED_GROUPS = ["Similarity:", "Input:", "Output:"];

const isShared = ({ helpGroupHeading }: Option): boolean => SHARED_GROUPS.includes(helpGroupHeading ?? "");

/** Makes the help of a program and its commands short. With `all`, the help of a command explains the shared options, too. */
export function shortenHelp(program: Command, all: boolean): void {
  program.configureHelp({
    subcommandTerm: (command) => command.name(),
    visibleOptions(this: Help, command: Command) {
      const options = Help.prototype.visibleOptions.call(this, command);
      return all ? options : options.filter((option) => !isShared(option));
    },
  });
}

/** Returns the names of the shared options of a command, one paragraph for each group. */
export function sharedOptions(command: Command): string {
  const help = command.createHelp();
  help.prepareContext({ helpWidth: command.configureOutput().getOutHelpWidth?.() ?? 80 });
  const lines = SHARED_GROUPS.flatMap((heading) => {
    const options = command.options.filter(({ helpGroupHeading }) => helpGroupHeading === heading);
    const names = options.map(({ long, short }) => long ?? short).join(" ");
    return options.length === 0 ? [] : [help.formatItem(heading.toLowerCase(), WIDEST, names, help)];
  });
  if (lines.length === 0) return "";
  return `\nShared options, explained by simcli help ${command.name()} --all:\n${lines.join("\n")}`;
}

/** Width of the longest heading. */
const WIDEST = Math.max(...SHARED_GROUPS.map(({ length }) => length));
