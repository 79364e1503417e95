import { parseArgs } from "node:util";

const help = `usage: npm run bench -- [options]

  --quick      smaller sizes, fewer peers and runs; under two minutes
  --runs N     exactly N timed runs of each command (default: 7, quick 3; more where cheap, fewer where long)
  --large      also what takes minutes: 200,000 rows against themselves
  --only TEXT  the cases whose title contains it
  --json FILE  every figure and every single time, as JSON
  --save       write bench/RESULTS.md, bench/results.json and bench/scaling.svg
  --help

PYTHON names the python of the peers.`;

const known = {
  quick: { type: "boolean", default: false },
  large: { type: "boolean", default: false },
  runs: { type: "string" },
  only: { type: "string" },
  json: { type: "string" },
  save: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
};

/** The options of a command line; prints the help or what is wrong with it and leaves, so that callers need no branch. */
export function readOptions(args) {
  try {
    const { values } = parseArgs({ args, options: known });
    if (values.help) {
      console.log(help);
      process.exit(0);
    }
    const runs = values.runs === undefined ? undefined : Number(values.runs);
    if (runs !== undefined && !(Number.isInteger(runs) && runs > 0)) throw new Error("--runs takes a number above 0");
    // a part of the suite would replace the results of the whole
    if (values.save && values.only !== undefined) throw new Error("--save is for a run of all cases, without --only");
    return { ...values, runs };
  } catch (error) {
    console.error(`bench: ${error.message}\n\n${help}`);
    process.exit(2);
  }
}
