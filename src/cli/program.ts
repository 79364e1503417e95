import { Argument, Command, Option } from "commander";
import { DEFAULT_LOSS } from "../loss/hard-negative-loss.js";
import { DEFAULT_TOLERANCE } from "../similarity/agreement.js";
import { completionScript, SHELLS, type Shell } from "./commands/completion.js";
import type { ConvertOptions } from "./commands/convert.js";
import type { CosineOptions } from "./commands/cosine.js";
import type { DescribeOptions } from "./commands/describe.js";
import type { LossCommandOptions } from "./commands/loss.js";
import type { NoiseOptions } from "./commands/noise.js";
import { Context } from "./context.js";
import { withExamples } from "./examples.js";
import {
  addCommonOptions,
  addEngineOptions,
  addInputOptions,
  type CommonOptions,
  choice,
  decimalNumber,
  numberList,
  wholeNumber,
} from "./options.js";
import type { Streams } from "./streams.js";

/** A program whose actions leave their exit code, and the context that failed, with the caller. */
export interface Run {
  exitCode: number;
  context: Context | null;
  /** What is to be printed on stdout at the end: help, a version, a script. */
  text: string;
}

/** The command tree: what there is to type, and what runs then. */
export function createProgram(streams: Streams, version: string, run: Run): Command {
  const program = new Command("simcli")
    .description("Cosine similarity and hard-negative losses of vectors in CSV files")
    .version(version, "-V, --version", "print the version")
    .helpOption("-h, --help", "print help for a command")
    .usage("<command> [options]")
    .enablePositionalOptions();
  program.exitOverride().configureOutput({
    writeOut: (text) => {
      run.text += text;
    },
    writeErr: () => {},
    getOutHelpWidth: () => streams.stdout.columns || 80,
    getErrHelpWidth: () => streams.stderr.columns || 80,
  });

  async function inContext(options: CommonOptions, act: (context: Context) => Promise<number>): Promise<void> {
    run.context = new Context(streams, options);
    run.exitCode = await act(run.context);
  }

  const cosine = program
    .command("cosine")
    .description("cosine similarity of the rows of two files")
    .argument("<a>", "a file of vectors, one a row; - is stdin")
    .argument("[b]", "another one; left out, a is compared with itself");
  addEngineOptions(cosine)
    .option("--check", "run both modes and tell whether they agree (default: in tables, while that is cheap)")
    .option("--no-check", "do not")
    .addOption(tolerance("--rtol <x>", "relative tolerance of the check", DEFAULT_TOLERANCE.rtol))
    .addOption(tolerance("--atol <x>", "absolute tolerance of the check", DEFAULT_TOLERANCE.atol))
    .option("--equal-nan", "NaN equals NaN in the check", false)
    .option("--transpose", "rows of b in the rows of the result")
    .addOption(new Option("--paired", "row i with row i only").conflicts("transpose"));
  addCommonOptions(addInputOptions(cosine)).action(async (a: string, b: string | undefined, options: CosineOptions) => {
    const { runCosine } = await import("./commands/cosine.js");
    await inContext(options, (context) => runCosine(context, a, b, options));
  });

  const loss = program
    .command("loss")
    .description("losses with hard negatives, of a similarity matrix or of two files of vectors")
    .argument("[a]", "a similarity matrix (default: stdin), or a file of vectors")
    .argument("[b]", "the other file of vectors")
    .addOption(
      new Option("--margin <list>", "α of the losses; of a list, each")
        .argParser(numberList("--margin"))
        .default([0.25], "0.25"),
    )
    .addOption(
      choice("--negatives <kind>", "the closest negative: none above the positive, or the largest", [
        "semi-hard",
        "hard",
      ]).default(DEFAULT_LOSS.negatives),
    )
    .addOption(
      choice("--reduction <how>", "one loss from those of all anchors", ["sum", "mean", "nonzero", "none"]).default(
        DEFAULT_LOSS.reduction,
      ),
    )
    .addOption(
      choice("--anchors <which>", "what the anchors are", ["rows", "columns", "both"]).default(DEFAULT_LOSS.anchors),
    )
    .addOption(
      choice("--fallback <value>", "the closest negative where none is eligible", [
        "floor",
        "subtract",
        "easiest",
        "skip",
      ]).default(DEFAULT_LOSS.fallback),
    )
    .addOption(
      tolerance(
        "--tie-tolerance <x>",
        "a negative this near the positive is a tie, and kept",
        DEFAULT_LOSS.tieTolerance,
      ),
    )
    .option("--labels <column|file>", "classes: rows of the anchor's class are no negatives")
    .option("--total", "print the reduced loss alone, a line a margin");
  addEngineOptions(loss);
  addCommonOptions(addInputOptions(loss)).action(
    async (a: string | undefined, b: string | undefined, options: LossCommandOptions) => {
      if (a === undefined && streams.stdin.isTTY) throw new MissingInput(loss);
      if (b === undefined) expectNoEngine(loss);
      const { runLoss } = await import("./commands/loss.js");
      await inContext(options, (context) => runLoss(context, a ?? "-", b, options));
    },
  );

  const noise = program
    .command("noise")
    .description("vectors plus normal noise: approximate duplicates")
    .argument("<a>", "a file of vectors, one a row; - is stdin")
    .addOption(new Option("--sd <x>", "standard deviation of the noise").argParser(decimalNumber("--sd", 0)).default(2))
    .addOption(
      new Option("--seed <n>", "draw the same noise again (default: another each time)").argParser(
        wholeNumber("--seed", 0, Number.MAX_SAFE_INTEGER),
      ),
    );
  addCommonOptions(addInputOptions(noise)).action(async (a: string, options: NoiseOptions) => {
    const { runNoise } = await import("./commands/noise.js");
    await inContext(options, (context) => runNoise(context, a, options));
  });

  const describe = program
    .command("describe")
    .description("what is in a file of vectors: its format, shape, ids, norms, and what is odd about it")
    .argument("<a>", "a file of vectors, one a row; - is stdin");
  addCommonOptions(addInputOptions(describe)).action(async (a: string, options: DescribeOptions) => {
    const { runDescribe } = await import("./commands/describe.js");
    await inContext(options, (context) => runDescribe(context, a, options));
  });

  const convert = program
    .command("convert")
    .description("a file of vectors in another format, with its ids and the same numbers")
    .argument("<a>", "a file of vectors, one a row; - is stdin");
  addCommonOptions(addInputOptions(convert)).action(async (a: string, options: ConvertOptions) => {
    const { runConvert } = await import("./commands/convert.js");
    await inContext(options, (context) => runConvert(context, a, options));
  });

  const demo = program.command("demo").description("the notebook that simcli began as, from start to end");
  addCommonOptions(demo).action(async (options: CommonOptions) => {
    // A demonstration is read by people, wherever it goes.
    const shown: CommonOptions =
      options.format || options.json || options.output ? options : { ...options, format: "table" };
    const { runDemo } = await import("./commands/demo.js");
    await inContext(shown, runDemo);
  });

  const completion = program
    .command("completion")
    .description("a script that completes simcli in a shell")
    .addArgument(new Argument("<shell>", "the shell").choices(SHELLS))
    .action((shell: Shell) => {
      run.text += completionScript(program, shell);
    });

  for (const command of [program, cosine, loss, noise, describe, convert, demo, completion]) withExamples(command);
  return program;
}

/** Nothing to read: the short help says what could be. */
export class MissingInput extends Error {
  constructor(readonly command: Command) {
    super("no input");
  }
}

function tolerance(flags: string, description: string, value: number): Option {
  const name = flags.replace(/ .*/, "");
  return new Option(flags, description).argParser(decimalNumber(name, 0)).default(value);
}

/** A matrix that is read needs no engine; to name one is a mistake about the files. */
function expectNoEngine(loss: Command): void {
  for (const name of ["mode", "backend", "zeroVectors"]) {
    if (loss.getOptionValueSource(name) !== "cli") continue;
    const flag = loss.options.find((option) => option.attributeName() === name)?.long;
    loss.error(`error: ${flag} computes similarities: expected two files of vectors, found a matrix`, {
      code: "simcli.engine",
    });
  }
}
