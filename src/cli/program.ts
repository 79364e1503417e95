import { Command } from "commander";
import { Context } from "./context.js";
import { completion } from "./declarations/completion.js";
import { convert } from "./declarations/convert.js";
import type { Declaration, Runner } from "./declarations/declaration.js";
import { demo } from "./declarations/demo.js";
import { describe } from "./declarations/describe.js";
import { evaluation } from "./declarations/eval.js";
import { loss } from "./declarations/loss.js";
import { mine } from "./declarations/mine.js";
import { noise } from "./declarations/noise.js";
import { pairs } from "./declarations/pairs.js";
import { similarities } from "./declarations/similarity.js";
import { topk } from "./declarations/topk.js";
import { withExamples } from "./examples.js";
import type { Streams } from "./streams.js";

/** The commands, in the order of the help. */
const DECLARATIONS: readonly Declaration[] = [
  ...similarities,
  loss,
  topk,
  pairs,
  mine,
  evaluation,
  describe,
  convert,
  noise,
  demo,
  completion,
];

/** A program whose actions leave their exit code, and the context that failed, with the caller. */
export interface Run {
  exitCode: number;
  context: Context | null;
  /** What is to be printed on stdout at the end: help, a version, a script. */
  text: string;
}

/**
 * The command tree: what there is to type, and what runs then.
 *
 * @param asked the first word that was typed: where it is a command, no other one gets its options.
 */
export function createProgram(streams: Streams, version: string, run: Run, asked: string | undefined): Command {
  const print = (text: string) => {
    run.text += text;
  };
  const withVersion = (command: Command) => command.version(version, "-V, --version", "print the version");
  const program = withVersion(new Command("simcli"))
    .description("Similarities, neighbours, losses and retrieval metrics of vectors in files")
    .helpOption("-h, --help", "print help for a command")
    .helpCommand("help [command]", "print help for a command")
    .usage("<command> [options]")
    .enablePositionalOptions();
  program.exitOverride().configureOutput({
    writeOut: print,
    writeErr: () => {},
    getOutHelpWidth: () => streams.stdout.columns || 80,
    getErrHelpWidth: () => streams.stderr.columns || 80,
  });
  const runner: Runner = {
    streams,
    print,
    async run(options, work) {
      run.context = new Context(streams, options);
      run.exitCode = await work(run.context);
    },
  };
  const only = DECLARATIONS.find(({ name }) => name === asked && asked !== completion.name);
  for (const { name, description, declare } of DECLARATIONS) {
    const command = program.command(name).description(description);
    if (only && only.name !== name) continue;
    declare(command, runner);
    withVersion(command.optionsGroup("Options:"));
    withExamples(command);
  }
  withExamples(program);
  return program;
}
