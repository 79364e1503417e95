import { type Command, Help, type Option } from "commander";

/**
 * Groups of options that many commands have, or few people need. The help of a command only names them, so that it fits a screen.
 */
const NAMED_GROUPS = ["Candidates:", "Some kinds:", "Other tasks:", "Shards:", "Similarity:", "Input:", "Output:"];

const isOnlyNamed = ({ helpGroupHeading }: Option): boolean => NAMED_GROUPS.includes(helpGroupHeading ?? "");

/** Makes the help of a program and its commands short. With `all`, the help of a command explains all options. */
export function shortenHelp(program: Command, all: boolean): void {
  program.configureHelp({
    subcommandTerm: (command) => command.name(),
    visibleOptions(this: Help, command: Command) {
      const options = Help.prototype.visibleOptions.call(this, command);
      return all ? options : options.filter((option) => !isOnlyNamed(option));
    },
  });
}

/** Returns the names of the options of a command that its help does not explain, one paragraph for each group. */
export function namedOptions(command: Command): string {
  const help = command.createHelp();
  help.prepareContext({ helpWidth: command.configureOutput().getOutHelpWidth?.() ?? 80 });
  const lines = NAMED_GROUPS.flatMap((heading) => {
    const options = command.options.filter(({ helpGroupHeading }) => helpGroupHeading === heading);
    const names = options.map(({ long, short }) => long ?? short).join(" ");
    return options.length === 0 ? [] : [help.formatItem(heading.toLowerCase(), WIDEST, names, help)];
  });
  if (lines.length === 0) return "";
  return `\nMore options, explained by simcli help ${command.name()} --all:\n${lines.join("\n")}`;
}

/** Width of the longest heading. */
const WIDEST = Math.max(...NAMED_GROUPS.map(({ length }) => length));
