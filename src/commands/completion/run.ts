import { type Command, Help, type Option } from "commander";

export type Shell = "bash" | "zsh" | "fish";

/** Returns a script that completes commands, options and their values in a shell, generated from the command tree. */
export function completionScript(program: Command, shell: Shell): string {
  const commands = visibleCommands(program);
  switch (shell) {
    case "bash":
      return bashScript(program.name(), commands);
    case "zsh":
      return zshScript(program.name(), commands);
    case "fish":
      return fishScript(program.name(), commands);
  }
}

const visibleCommands = (program: Command) =>
  program
    .createHelp()
    .visibleCommands(program)
    .map((command) => command as Command);

/** The options that a command has, also those that its short help leaves out. */
const optionsOf = (command: Command): Option[] => new Help().visibleOptions(command);

const flagsOf = ({ short, long }: Option): string[] => [short, long].filter((flag) => flag !== undefined);

/** Returns the listed values of a command's first argument. */
const argumentChoices = (command: Command): readonly string[] => command.registeredArguments[0]?.argChoices ?? [];

function bashScript(name: string, commands: readonly Command[]): string {
  const cases = commands.map((command) => {
    const flags = optionsOf(command).flatMap(flagsOf).join(" ");
    const words = argumentChoices(command).join(" ");
    return `    ${command.name()}) flags="${flags}"; words="${words}";;`;
  });
  const values = unique(commands.flatMap(optionsOf).filter(({ argChoices }) => argChoices)).map(
    (option) =>
      `    ${flagsOf(option).join("|")}) COMPREPLY=($(compgen -W "${option.argChoices?.join(" ")}" -- "$word")); return;;`,
  );
  return `# ${name} completion for bash: eval "$(${name} completion bash)"
_${name}() {
  local word="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" flags words
  COMPREPLY=()
  if [[ $COMP_CWORD -eq 1 ]]; then
    COMPREPLY=($(compgen -W "${commands.map((command) => command.name()).join(" ")} --help --version" -- "$word"))
    return
  fi
  case "$before" in
${values.join("\n")}
  esac
  case "\${COMP_WORDS[1]}" in
${cases.join("\n")}
  esac
  if [[ $word == -* ]]; then
    COMPREPLY=($(compgen -W "$flags" -- "$word"))
  elif [[ -n $words ]]; then
    COMPREPLY=($(compgen -W "$words" -- "$word"))
  else
    compopt -o filenames 2>/dev/null
    COMPREPLY=($(compgen -f -- "$word"))
  fi
}
complete -F _${name} ${name}
`;
}

/** Removes duplicates of options that several commands share. */
function unique(options: readonly Option[]): Option[] {
  return [...new Map(options.map((option) => [option.flags, option])).values()];
}

function zshScript(name: string, commands: readonly Command[]): string {
  const quoted = (text: string) => text.replace(/'/g, "'\\''").replace(/[[\]:]/g, "\\$&");
  const list = commands.map((command) => `    '${command.name()}:${quoted(command.description())}'`);
  const cases = commands.map((command) => {
    const specs = optionsOf(command).flatMap((option) => {
      const value = option.required
        ? `:${quoted(option.attributeName())}:${option.argChoices ? `(${option.argChoices.join(" ")})` : "_files"}`
        : "";
      return flagsOf(option).map((flag) => `'${flag}[${quoted(option.description)}]${value}'`);
    });
    const words = argumentChoices(command);
    const rest = words.length > 0 ? `'1:shell:(${words.join(" ")})'` : "'*:file:_files'";
    return `    ${command.name()})\n      _arguments ${[...specs, rest].join(" \\\n        ")} ;;`;
  });
  return `#compdef ${name}
# ${name} completion for zsh: eval "$(${name} completion zsh)"
_${name}() {
  local -a commands
  commands=(
${list.join("\n")}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  local command=$words[2]
  shift words
  (( CURRENT-- ))
  case $command in
${cases.join("\n")}
  esac
}
compdef _${name} ${name}
`;
}

function fishScript(name: string, commands: readonly Command[]): string {
  const quoted = (text: string) => `'${text.replace(/\\/g, "\\\\").replace(/'/g, "\\'")}'`;
  const lines = [`# ${name} completion for fish: ${name} completion fish | source`];
  for (const command of commands) {
    lines.push(
      `complete -c ${name} -n __fish_use_subcommand -f -a ${command.name()} -d ${quoted(command.description())}`,
    );
    const condition = quoted(`__fish_seen_subcommand_from ${command.name()}`);
    for (const option of optionsOf(command)) {
      const short = option.short ? ` -s ${option.short.slice(1)}` : "";
      const long = option.long ? ` -l ${option.long.slice(2)}` : "";
      const value = option.required
        ? option.argChoices
          ? ` -x -a ${quoted(option.argChoices.join(" "))}`
          : " -r"
        : "";
      lines.push(`complete -c ${name} -n ${condition}${short}${long}${value} -d ${quoted(option.description)}`);
    }
    const words = argumentChoices(command);
    if (words.length > 0) lines.push(`complete -c ${name} -n ${condition} -f -a ${quoted(words.join(" "))}`);
  }
  return `${lines.join("\n")}\n`;
}
