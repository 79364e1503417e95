import { Command } from "commander";
import { backends } from "../commands/backends/declaration.js";
import { compare } from "../commands/compare/declaration.js";
import { completion } from "../commands/completion/declaration.js";
import { convert } from "../commands/convert/declaration.js";
import { dedupe } from "../commands/dedupe/declaration.js";
import { demo } from "../commands/demo/declaration.js";
import { describe } from "../commands/describe/declaration.js";
import { evaluation } from "../commands/eval/declaration.js";
import { loss } from "../commands/loss/declaration.js";
import { merge } from "../commands/merge/declaration.js";
import { mine } from "../commands/mine/declaration.js";
import { noise } from "../commands/noise/declaration.js";
import { overlap } from "../commands/overlap/declaration.js";
import { pairs } from "../commands/pairs/declaration.js";
import { plan } from "../commands/plan/declaration.js";
import { recall } from "../commands/recall/declaration.js";
import { report } from "../commands/report/declaration.js";
import { similarities } from "../commands/similarity/declaration.js";
import { topk } from "../commands/topk/declaration.js";
import { Context } from "../shell/context.js";
import type { Declaration, Runner } from "../shell/declaration.js";
import type { Streams } from "../shell/streams.js";
import { namedOptions, shortenHelp } from "./help.js";

/** The commands, in the order of the help. */
const GROUPS: readonly (readonly [heading: string, commands: readonly Declaration[]])[] = [
  ["Compare vectors:", [...similarities, loss, report]],
  ["Search:", [topk, pairs, mine]],
  ["Evaluate:", [evaluation, compare, overlap, recall]],
  ["Prepare data:", [describe, convert, dedupe, noise]],
  ["Many machines:", [plan, merge]],
  ["Learn more:", [demo, backends, completion]],
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
 * @param explainAll whether the help of a command explains the options that many commands have.
 */
export function createProgram(
  streams: Streams,
  version: string,
  run: Run,
  asked: string | undefined,
  explainAll: boolean,
): Command {
  const print = (text: string) => {
    run.text += text;
  };
  const withVersion = (command: Command) => command.version(version, "-V, --version", "print the version");
  const program = withVersion(new Command("simcli"))
    .description("Similarities, neighbours, losses and retrieval metrics of vectors in files")
    .helpOption("-h, --help", "print help for a command")
    .usage("<command> [options]")
    .enablePositionalOptions();
  program.exitOverride().configureOutput({
    writeOut: print,
    writeErr: () => {},
    getOutHelpWidth: () => streams.stdout.columns || 80,
    getErrHelpWidth: () => streams.stderr.columns || 80,
  });
  shortenHelp(program, explainAll);
  const runner: Runner = {
    streams,
    print,
    async run(options, work) {
      run.context = new Context(streams, options);
      run.exitCode = await work(run.context);
    },
  };
  const names = GROUPS.flatMap(([, commands]) => commands.map(({ name }) => name));
  const only = asked !== undefined && asked !== completion.name && names.includes(asked) ? asked : null;
  for (const [heading, commands] of GROUPS) {
    program.commandsGroup(heading);
    for (const { name, description, examples, declare } of commands) {
      const command = program.command(name).description(description);
      if (only !== null && only !== name) continue;
      declare(command, runner);
      withVersion(command.optionsGroup("Options:"));
      if (!explainAll) command.addHelpText("after", () => namedOptions(command));
      addExamples(command, examples);
    }
  }
  program.helpCommand("help [command]", "print help for a command; with --all, for all its options");
  addExamples(program, EXAMPLES);
  return program;
}

function addExamples(command: Command, examples: Declaration["examples"]): void {
  const lines = examples.flatMap(([line, meaning]) => [`  # ${meaning}`, `  $ ${line}`]);
  command.addHelpText("after", `\nExamples:\n${lines.join("\n")}`);
}
