import { type Filter, faultText, MachineError, MalformedError, SimcliError, UsageError } from "../core/errors.js";
import { shellWord } from "../core/shell-word.js";
import { MISSING_HINT } from "../input/finite.js";
import { escapeControls } from "../output/escape.js";
import type { Paint } from "../tables/paint.js";
import { addressLimit } from "./host-process.js";

/** Exit codes. */
export const EXIT = { done: 0, fault: 1, usage: 2, interrupted: 130 } as const;

/** Returns the exit code for an error. */
export function exitCodeOf(error: unknown): number {
  return error instanceof UsageError ? EXIT.usage : EXIT.fault;
}

/**
 * Formats an error: one line per fault, then a hint. An error of another class is an internal bug, whose stack is shown
 * only with `--verbose`.
 *
 * @param line the command line, for a hint that adds options to it.
 */
export function errorText(error: unknown, paint: Paint, verbose: boolean, line: TypedLine = { args: [] }): string {
  const known = translated(error);
  const say = (line: string) => `${paint.bad("simcli:")} ${withoutMiddle(escapeControls(line))}\n`;
  const hint = (line: string) => `${paint.dim("hint:")} ${escapeControls(line)}\n`;
  if (!(known instanceof SimcliError)) {
    const { name, message, stack } = known instanceof Error ? known : new Error(String(known));
    const text = say(`internal error: ${name}: ${message}`);
    if (verbose && stack)
      return (
        text +
        stack
          .split("\n")
          .slice(1)
          .map((line) => `${escapeControls(line)}\n`)
          .join("")
      );
    return (
      text +
      hint(
        "this is a bug in simcli; please report it, with the output of --verbose: https://github.com/simcli/simcli/issues",
      )
    );
  }
  const faults = known instanceof MalformedError ? known.faults.map(faultText) : [known.message];
  const lines = faults.map(say);
  if (known instanceof MalformedError && known.others > 0) lines.push(`… and ${known.others} more\n`);
  const text = hintOf(line.keepsAllRows ? withAllRows(known) : known, line.args);
  return lines.join("") + (text ? hint(text) : "");
}

/** A command line that failed. */
export interface TypedLine {
  readonly args: readonly string[];
  /** Whether no rows may be left out. */
  readonly keepsAllRows?: boolean | undefined;
}

type Hint = Pick<SimcliError, "hint" | "options" | "filter">;

/** Returns a hint that leaves no rows out. */
function withAllRows({ hint, options, filter }: Hint): Hint {
  if (!options?.includes(MISSING_HINT.options)) return { hint, options, filter };
  if (hint === MISSING_HINT.hint) hint = "zero and mean replace missing values";
  // A record without a vector has no values to replace.
  else if (options === MISSING_HINT.options)
    return { hint: "remove the row from all files", options: undefined, filter };
  return { hint, options: options.replace(MISSING_HINT.options, "--missing mean"), filter };
}

/** A message may quote a cell of any length. */
const LINE_CHARACTERS = 1000;

/** Shortens a long line; its beginning and its end have the place and what was found. */
function withoutMiddle(line: string): string {
  if (line.length <= LINE_CHARACTERS) return line;
  const half = LINE_CHARACTERS / 2;
  return `${line.slice(0, half)} … ${line.slice(-half)}`;
}

/** Returns the hint of an error, with the command line that carries it out. */
function hintOf({ hint, options, filter }: Hint, args: readonly string[]): string | undefined {
  if (filter) return `${hint}: ${filtered(filter, args)}`;
  return options ? withCommand(hint, options, args) : hint;
}

/** Returns the command line that filters a file and reads the result: from a pipe, if that is not in use, otherwise from a file. */
function filtered({ file, command, onStdin }: Filter, args: readonly string[]): string {
  if (file === "stdin") return onStdin === undefined ? `${command} | simcli …` : `${onStdin} | ${commandLine(args)}`;
  const withFile = (name: string) => commandLine(args.map((arg) => (arg === file ? name : arg)));
  const places = args.filter((arg) => arg === file).length;
  if (places === 0) return `${command} | simcli …`;
  if (places === 1 && !args.includes("-")) return `${command} | ${withFile("-")}`;
  const target = `${file.replace(/(?:\.\w+)?(?:\.gz|\.zst)?$/, "")}-2`;
  return `${command} > ${shellWord(target)} && ${withFile(target)}`;
}

function withCommand(hint: string | undefined, options: string, args: readonly string[]): string {
  const command = args.length === 0 ? options : `${commandLine(withoutOptions(args, options))} ${options}`;
  return hint ? `${hint}: ${command}` : command;
}

/** Returns arguments without the options that others name again; each has a value. */
function withoutOptions(args: readonly string[], others: string): readonly string[] {
  const flags = new Set(others.match(/(?<=^| )--?[a-z][a-z-]*/g));
  return args.filter((arg, at) => !flags.has(arg.split("=")[0]) && !flags.has(args[at - 1]));
}

/** Returns a command line as a shell reads it. */
export function commandLine(args: readonly string[]): string {
  return ["simcli", ...args.map(shellWord)].join(" ");
}

/** Replaces Node's out-of-memory errors, and those of the system that have no message of our own. */
function translated(error: unknown): unknown {
  if (isSystemError(error)) return new MachineError(error.path ? `${error.path}: ${error.message}` : error.message);
  if (!(error instanceof RangeError)) return error;
  if (/WebAssembly/.test(error.message) && /memory/i.test(error.message)) return kernelMemoryError(error);
  if (/allocation failed|Invalid (?:typed )?array|Invalid.*length/i.test(error.message)) {
    return new MachineError("not enough memory for this job", "a smaller batch, or a machine with more memory");
  }
  return error;
}

const isSystemError = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && "syscall" in error && "code" in error;

/** V8 reserves 10 GB of addresses for each memory of WebAssembly, so that it need not check each access. */
function kernelMemoryError(cause: RangeError): MachineError {
  const limit = addressLimit();
  if (limit === null) {
    return new MachineError("not enough memory for the kernels", "a smaller batch, or a machine with more memory", {
      cause,
    });
  }
  return new MachineError(
    `not enough address space for the kernels: expected 12 GB, found a limit of ${(limit / 1e9).toFixed(1)} GB`,
    "ulimit -v unlimited, or with the limit, but slower: export NODE_OPTIONS=--disable-wasm-trap-handler",
    { cause },
  );
}

/** Formats a count with its noun: `1 query`, `2 queries`. */
export function counted(count: number, noun: string): string {
  return `${count} ${count === 1 ? noun : noun.replace(/y$/, "ie")}${count === 1 ? "" : "s"}`;
}
