import type { Command } from "commander";
import type { Context } from "./context.js";
import type { CommonOptions } from "./options.js";
import type { Streams } from "./streams.js";

/** What a declaration needs of the run that it is part of. */
export interface Runner {
  readonly streams: Streams;
  /** Runs the work of a command, and keeps its exit code. */
  run(options: CommonOptions, work: (context: Context) => Promise<number>): Promise<void>;
  /** Prints a text on stdout at the end. */
  print(text: string): void;
}

/** A command as people type it: its name, its arguments and options, and what runs then. */
export interface Declaration {
  readonly name: string;
  readonly description: string;
  /** Adds arguments, options and the action; what the action needs is imported when it runs. */
  declare(command: Command, runner: Runner): void;
}

/** Nothing to read: the short help says what could be. */
export class MissingInput extends Error {
  constructor(readonly command: Command) {
    super("no input");
  }
}
