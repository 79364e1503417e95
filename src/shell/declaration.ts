import type { Command } from "commander";
import type { Context } from "./context.js";
import type { CommonOptions } from "./options.js";
import type { Streams } from "./streams.js";

/** The run of the program that executes a command. */
export interface Runner {
  readonly streams: Streams;
  /** Runs a command and keeps its exit code. */
  run(options: CommonOptions, work: (context: Context) => Promise<number>): Promise<void>;
  /** Prints a text on stdout when the run ends. */
  print(text: string): void;
}

/** A command: its name, help, arguments, options and action. */
export interface Declaration {
  readonly name: string;
  readonly description: string;
  /** Command lines with descriptions, for the help; a test runs each of them. */
  readonly examples: readonly (readonly [line: string, meaning: string])[];
  /** Adds arguments, options and the action. The action imports the code that it needs when it runs. */
  declare(command: Command, runner: Runner): void;
}

/** Thrown if there is no input; the program then prints the short help. */
export class MissingInput extends Error {
  constructor(readonly command: Command) {
    super("no input");
  }
}
