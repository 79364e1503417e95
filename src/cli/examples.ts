import type { Command } from "commander";

/** What people type, a line each, with what it does; every one is run by a test. */
const EXAMPLES: { readonly [command: string]: readonly (readonly [string, string])[] } = {
  simcli: [
    ["simcli cosine a.csv b.csv", "similarities of the rows of two files"],
    ["simcli cosine a.csv b.csv | simcli loss", "and their hard-negative losses"],
    ["simcli demo", "what it can do, on one screen"],
  ],
  cosine: [
    ["simcli cosine a.csv b.csv", "every row of a with every row of b"],
    ["simcli cosine a.csv", "a with itself"],
    ["simcli cosine a.csv b.csv --mode loop --check", "the formula for each pair, checked against the product"],
    ["simcli cosine a.csv b.csv --paired -o pairs.csv", "row i with row i only, into a file"],
    ["simcli cosine a.csv b.csv --heatmap", "as a picture"],
    ["simcli cosine a.csv b.csv --json | jq .values[0]", "as JSON"],
    ["simcli noise a.csv --seed 1 | simcli cosine a.csv -", "a with noisy copies of itself"],
  ],
  loss: [
    ["simcli loss a.csv b.csv --margin 0.25", "of two files, row i of both a pair"],
    ["simcli cosine a.csv b.csv | simcli loss", "of a matrix on stdin"],
    ["simcli loss a.csv b.csv --margin 0.1,0.25,0.5 --total", "the loss at three margins"],
    ["simcli loss a.csv b.csv --negatives hard --reduction mean", "the largest negatives, averaged"],
    ["simcli loss a.csv b.csv --json --anchors both", "both directions, as JSON"],
  ],
  noise: [
    ["simcli noise a.csv --seed 1 -o b.csv", "noise with standard deviation 2"],
    ["simcli noise a.csv --sd 0.1 --seed 7 | simcli loss a.csv -", "how hard are near duplicates?"],
  ],
  describe: [
    ["simcli describe a.csv", "shape, ids, norms, and what is odd"],
    ["simcli describe a.csv --json", "the same for a script"],
    ["simcli noise a.csv --seed 1 | simcli describe - -f table", "of what comes through a pipe"],
  ],
  convert: [
    ["simcli convert a.csv -o a.json", "the format follows the name"],
    ["simcli convert a.csv -f ndjson | simcli cosine a.csv -", "an object a line, through a pipe"],
    ["simcli convert a.csv -o a.vec", "as word2vec writes its text"],
  ],
  demo: [
    ["simcli demo", "on one screen"],
    ["simcli demo --json", "every number of it"],
  ],
  completion: [
    ['eval "$(simcli completion bash)"', "in ~/.bashrc; zsh likewise"],
    ["simcli completion fish | source", "in config.fish"],
  ],
};

/** Adds the examples of a command to its help. */
export function withExamples(command: Command): void {
  const examples = EXAMPLES[command.name()] ?? [];
  const lines = examples.flatMap(([line, meaning]) => [`  # ${meaning}`, `  $ ${line}`]);
  command.addHelpText("after", `\nExamples:\n${lines.join("\n")}`);
}
