import { Command } from "commander";
import { completion } from "../commands/completion/declaration.js";
import { convert } from "../commands/convert/declaration.js";
import { demo } from "../commands/demo/declaration.js";
import { describe } from "../commands/describe/declaration.js";
import { evaluation } from "../commands/eval/declaration.js";
import { loss } from "../commands/loss/declaration.js";
import { mine } from "../commands/mine/declaration.js";
import { noise } from "../commands/noise/declaration.js";
import { pairs } from "../commands/pairs/declaration.js";
import { similarities } from "../commands/similarity/declaration.js";
import { topk } from "../commands/topk/declaration.js";
import { Context } from "../shell/context.js";
import type { Declaration, Runner } from "../shell/declaration.js";
import { withExamples } from "../shell/examples.js";
import type { Streams } from "../shell/streams.js";

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
