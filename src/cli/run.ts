import { dirname } from "node:path";
import { type Command, CommanderError } from "commander";
import { BrokenPipeError, type SimcliError, UsageError } from "../core/errors.js";
import { shellWord } from "../core/shell-word.js";
import { isPresent } from "../input/glob.js";
import { COLOR_CHOICES, type ColorChoice } from "../shell/color.js";
import { MissingInput } from "../shell/declaration.js";
import { printText } from "../shell/destination.js";
import { commandLine, EXIT, errorText, exitCodeOf } from "../shell/report.js";
import { paintFor, type Streams } from "../shell/streams.js";
import { VERSION } from "../shell/version.js";
import { createProgram, type Run } from "./program.js";

/** Parses a command line, runs its command, and returns the exit code. */
export async function runCommandLine(typed: readonly string[], streams: Streams): Promise<number> {
  const explainAll = typed.includes("--all") && (typed[0] === "help" || typed.includes("--help"));
  const args = withoutHelpCommand(explainAll ? typed.filter((arg) => arg !== "--all") : typed);
  const run: Run = { exitCode: EXIT.done, context: null, text: "" };
  const program = createProgram(streams, VERSION, run, args[0], explainAll);
  const fail = async (error: unknown) => {
    const paint = await paintFor(streams, "stderr", colorOf(args));
    const { keepsAllRows } = run.context ?? {};
    streams.stderr.write(errorText(error, paint, args.includes("--verbose"), { args, keepsAllRows }));
    return exitCodeOf(error);
  };
  try {
    if (args.length === 0) throw new MissingInput(program);
    await program.parseAsync(understood(program, args), { from: "user" }).catch((error) => {
      // commander throws this after --help and --version.
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
    if (!(error instanceof CommanderError)) return fail(error);
    return fail((await tooManyFiles(error, program, args)) ?? (await usageError(error, args, program)));
  }
}

/** Replaces `help cosine` by `cosine --help`, and `version` by `--version`. */
function withoutHelpCommand(args: readonly string[]): readonly string[] {
  const [first, name = "-"] = args;
  if (args.length === 1 && (first === "version" || first === "-v")) return ["--version"];
  if (first !== "help") return args;
  return name.startsWith("-") ? ["--help"] : [name, "--help"];
}

/** Removes the arguments after an unknown command, because commander would handle `--help` among them itself. */
function understood(program: Command, args: readonly string[]): readonly string[] {
  const [name] = args;
  const known = name.startsWith("-") || program.commands.some((command) => command.name() === name);
  return known ? args : [name];
}

/** Returns the command that lacks its input, if that is the error. */
function commandWithoutInput(error: unknown, program: Command, args: readonly string[]): Command | undefined {
  if (error instanceof MissingInput) return error.command;
  if (!(error instanceof CommanderError && error.code === "commander.missingArgument")) return undefined;
  return program.commands.find((command) => command.name() === args[0]);
}

/** Returns the usage of a command; for the program, the list of commands. */
function shortHelp(command: Command): string {
  if (command.parent === null) return command.helpInformation();
  const help = command.createHelp();
  const path = `${command.parent.name()} ${command.name()}`;
  return `Usage: ${help.commandUsage(command)}\n\n${command.description()}\nhint: ${path} --help\n`;
}

/** Returns the error for more files than a command takes, if that is the error: a shell has replaced a pattern. */
async function tooManyFiles(
  { code }: CommanderError,
  program: Command,
  args: readonly string[],
): Promise<UsageError | null> {
  const command = program.commands.find((candidate) => candidate.name() === args[0]);
  if (code !== "commander.excessArguments" || !command) return null;
  const operands = command.args;
  if (command.name() === "plan") return null;
  if (command.name() === "merge") {
    const found = `merge: expected the folder of the parts, found ${operands.length} paths`;
    return new UsageError(found, `simcli merge ${shellWord(dirname(operands[0]))}`);
  }
  const most = command.registeredArguments.length;
  if (most === 0) return null;
  const files = `${most} file${most === 1 ? "" : "s"}`;
  const listed = `${operands.slice(0, SOME).join(", ")}${operands.length > SOME ? ", …" : ""}`;
  const found = `${command.name()}: expected at most ${files}, found ${operands.length}: ${listed}`;
  const missing = operands.find((operand) => operand !== "-" && !isPresent(operand));
  if (missing !== undefined) return new UsageError(found, `there is no file ${shellWord(missing)}`);
  if (command.name() === "dedupe" && operands.length === 2) {
    const [a, b] = operands.map(shellWord);
    return new UsageError(
      found,
      `rows of ${a} that are in ${b}, too, are removed by: simcli dedupe ${a} --against ${b}`,
    );
  }
  const { withPatterns } = await import("./unquoted-pattern.js");
  const patterns = withPatterns(operands, most);
  return new UsageError(
    found,
    patterns
      ? `in quotes, a pattern is read as one file: ${commandLine(withOperands(args, operands, patterns))}`
      : `several files are read as one if they are given as a pattern in quotes: simcli ${command.name()} 'parts/*.npy'`,
  );
}

/** Number of files that a message lists. */
const SOME = 3;

/** Returns a command line with other operands in the place of the first one. */
function withOperands(
  args: readonly string[],
  operands: readonly string[],
  others: readonly string[],
): readonly string[] {
  let next = 0;
  return args.flatMap((arg, i) => {
    if (i === 0 || arg !== operands[next]) return [arg];
    return next++ === 0 ? others : [];
  });
}

/** Converts an error of commander into a usage error, with the corrected command line if it is known. */
async function usageError(error: CommanderError, args: readonly string[], program: Command): Promise<SimcliError> {
  const { correctedArgs, similarOption } = await import("./habits.js");
  const { code, message } = error;
  const [text, suggestion] = message.replace(/^error: /, "").split("\n");
  const corrected = correctedArgs(error, args, program);
  if (corrected) return new UsageError(text, commandLine(corrected));
  const isOption = code === "commander.unknownOption";
  const command = program.commands.find((one) => one.name() === args[0]);
  const option = isOption ? similarOption(/'(.+?)(?:=.*)?'/.exec(text)?.[1] ?? "", command) : undefined;
  const hint = isOption
    ? option && `did you mean ${option}?`
    : suggestion?.replace(/^\((.*)\)$/, (_, question: string) => question.replace("Did", "did"));
  if (hint) return new UsageError(text, hint);
  if (code === "commander.unknownCommand") return new UsageError(text, "simcli --help lists the commands");
  const early = args[0]?.startsWith("-");
  return new UsageError(
    text,
    early ? `options follow the command: simcli cosine ${args[0]}` : `simcli ${args[0]} --help`,
  );
}

/** Returns the value of `--color`, even from a command line that cannot be parsed. */
function colorOf(args: readonly string[]): ColorChoice {
  const at = args.findIndex((arg) => arg === "--color" || arg.startsWith("--color="));
  const value = at < 0 ? undefined : args[at].includes("=") ? args[at].slice("--color=".length) : args[at + 1];
  return COLOR_CHOICES.find((choice) => choice === value) ?? "auto";
}
