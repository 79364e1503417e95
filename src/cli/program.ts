import { Command } from "commander";
import { completion } from "../commands/completion/declaration.js";
import { convert } from "../commands/convert/declaration.js";
import { dedupe } from "../commands/dedupe/declaration.js";
import { demo } from "../commands/demo/declaration.js";
import { describe } from "../commands/describe/declaration.js";
import { evaluation } from "../commands/eval/declaration.js";
import { loss } from "../commands/loss/declaration.js";
import { mine } from "../commands/mine/declaration.js";
import { noise } from "../commands/noise/declaration.js";
import { pairs } from "../commands/pairs/declaration.js";
import { report } from "../commands/report/declaration.js";
import { similarities } from "../commands/similarity/declaration.js";
import { topk } from "../commands/topk/declaration.js";
import { Context } from "../shell/context.js";
import type { Declaration, Runner } from "../shell/declaration.js";
import type { Streams } from "../shell/streams.js";

/** The commands, in the order of the help. */
const DECLARATIONS: readonly Declaration[] = [
  ...similarities,
  loss,
  topk,
  pairs,
  dedupe,
  mine,
  evaluation,
  report,
  describe,
  convert,
  noise,
  demo,
  completion,
];

const EXAMPLES: Declaration["examples"] = [
  ["simcli cosine a.csv b.csv", "similarities of the rows of two files"],
  ["simcli cosine a.csv b.csv | simcli loss", "hard-negative losses of these similarities"],
  ["simcli demo", "what simcli computes, on one screen"],
];

/** The outcome of a run, which the actions of commands set. */
export interface Run {
  exitCode: number;
  context: Context | null;
  /** Text to print on stdout at the end: help, the version, a completion script. */
  text: string;
}

/**
 * Returns the command tree.
 *
 * @param asked the first word of the command line: if it names a command, only that command gets its options.
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
  for (const { name, description, examples, declare } of DECLARATIONS) {
    const command = program.command(name).description(description);
    if (only && only.name !== name) continue;
    declare(command, runner);
    withVersion(command.optionsGroup("Options:"));
    addExamples(command, examples);
  }
  addExamples(program, EXAMPLES);
  return program;
}

function addExamples(command: Command, examples: Declaration["examples"]): void {
  const lines = examples.flatMap(([line, meaning]) => [`  # ${meaning}`, `  $ ${line}`]);
  command.addHelpText("after", `\nExamples:\n${lines.join("\n")}`);
}
