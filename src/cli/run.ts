import { type Command, CommanderError } from "commander";
import { BrokenPipeError, type SimcliError, UsageError } from "../core/errors.js";
import { COLOR_CHOICES, type ColorChoice } from "../shell/color.js";
import { MissingInput } from "../shell/declaration.js";
import { printText } from "../shell/destination.js";
import { EXIT, errorText, exitCodeOf } from "../shell/report.js";
import { paintFor, type Streams } from "../shell/streams.js";
import { VERSION } from "../shell/version.js";
import { createProgram, type Run } from "./program.js";

/** Understands a command line, runs its command, and returns the exit code. */
export async function runCommandLine(typed: readonly string[], streams: Streams): Promise<number> {
  const args = withoutHelpCommand(typed);
  const run: Run = { exitCode: EXIT.done, context: null, text: "" };
  const program = createProgram(streams, VERSION, run, args[0]);
  const fail = async (error: unknown) => {
    streams.stderr.write(
      errorText(error, await paintFor(streams, "stderr", colorOf(args)), args.includes("--verbose")),
    );
    return exitCodeOf(error);
  };
  try {
    if (args.length === 0) throw new MissingInput(program);
    await program.parseAsync(understood(program, args), { from: "user" }).catch((error) => {
      // commander ends --help and --version so.
      if (!(error instanceof CommanderError && error.exitCode === 0)) throw error;
    });
    if (run.text !== "") await printText(run.text, streams);
    return run.exitCode;
  } catch (error) {
    await run.context?.abandon();
    const lacking = commandWithoutInput(error, program, args);
    if (lacking) {
      streams.stderr.write(shortHelp(lacking));
      return EXIT.usage;
    }
    if (error instanceof BrokenPipeError) return EXIT.done;
    return fail(error instanceof CommanderError ? usageError(error, args) : error);
  }
}

/** `help cosine` as what it stands for: `cosine --help`. */
function withoutHelpCommand(args: readonly string[]): readonly string[] {
  const [first, name = "-"] = args;
  if (first !== "help") return args;
  return name.startsWith("-") ? ["--help"] : [name, "--help"];
}

/** An unknown command alone: behind it, commander would take `--help` for its own. */
function understood(program: Command, args: readonly string[]): readonly string[] {
  const [name] = args;
  const known = name.startsWith("-") || program.commands.some((command) => command.name() === name);
  return known ? args : [name];
}

/** The command that was given nothing to read, if that is what is wrong. */
function commandWithoutInput(error: unknown, program: Command, args: readonly string[]): Command | undefined {
  if (error instanceof MissingInput) return error.command;
  if (!(error instanceof CommanderError && error.code === "commander.missingArgument")) return undefined;
  return program.commands.find((command) => command.name() === args[0]);
}

/** How to call a command; for the program, which commands there are. */
function shortHelp(command: Command): string {
  if (command.parent === null) return command.helpInformation();
  const help = command.createHelp();
  const path = `${command.parent.name()} ${command.name()}`;
  return `Usage: ${help.commandUsage(command)}\n\n${command.description()}\nhint: ${path} --help\n`;
}

/** commander's complaint in the words of all other errors. */
function usageError({ code, message }: CommanderError, args: readonly string[]): SimcliError {
  const [text, suggestion] = message.replace(/^error: /, "").split("\n");
  const hint = suggestion?.replace(/^\((.*)\)$/, (_, question: string) => question.replace("Did", "did"));
  if (hint) return new UsageError(text, hint);
  if (code === "commander.unknownCommand") return new UsageError(text, "simcli --help lists the commands");
  const early = args[0]?.startsWith("-");
  return new UsageError(
    text,
    early ? `options follow the command: simcli cosine ${args[0]}` : `simcli ${args[0]} --help`,
  );
}

/** What `--color` says, read even from a command line that is not understood. */
function colorOf(args: readonly string[]): ColorChoice {
  const at = args.findIndex((arg) => arg === "--color" || arg.startsWith("--color="));
  const value = at < 0 ? undefined : args[at].includes("=") ? args[at].slice("--color=".length) : args[at + 1];
  return COLOR_CHOICES.find((choice) => choice === value) ?? "auto";
}
