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
  dot: [
    ["simcli dot a.csv b.csv", "every row of a with every row of b"],
    ["simcli dot a.csv b.csv | simcli loss", "losses of dot products"],
  ],
  euclidean: [
    ["simcli euclidean a.csv b.csv", "every row of a with every row of b"],
    ["simcli euclidean a.csv b.csv --heatmap", "as a picture, from 0 to the largest distance"],
    ["simcli euclidean a.csv b.csv --paired", "row i with row i only"],
  ],
  sqeuclidean: [
    ["simcli sqeuclidean a.csv b.csv", "every row of a with every row of b"],
    ["simcli sqeuclidean a.csv --check", "a with itself, checked against the formula"],
  ],
  manhattan: [
    ["simcli manhattan a.csv b.csv", "every row of a with every row of b"],
    ["simcli manhattan a.csv b.csv -f table", "to look at"],
  ],
  chebyshev: [
    ["simcli chebyshev a.csv b.csv", "every row of a with every row of b"],
    ["simcli chebyshev a.csv b.csv --json | jq .values[0]", "as JSON"],
  ],
  correlation: [
    ["simcli correlation a.csv b.csv", "every row of a with every row of b"],
    ["simcli correlation a.csv --zero-vectors nan", "nan where a row is constant"],
  ],
  loss: [
    ["simcli loss a.csv b.csv --margin 0.25", "of two files, row i of both a pair"],
    ["simcli cosine a.csv b.csv | simcli loss", "of a matrix on stdin"],
    ["simcli loss a.csv b.csv --margin 0.1,0.25,0.5 --total", "the loss at three margins"],
    ["simcli loss a.csv b.csv --negatives hard --reduction mean", "the largest negatives, averaged"],
    ["simcli loss a.csv b.csv --json --anchors both", "both directions, as JSON"],
    ["simcli loss a.csv b.csv --kind infonce --temperature 0.05", "the cross entropy of S/τ"],
    ["simcli loss a.csv b.csv --kind triplet --gradient gradient.csv", "a triplet loss, and its gradient"],
  ],
  topk: [
    ["simcli topk a.csv b.csv -k 3", "the three nearest rows of b for every row of a"],
    ["simcli topk a.csv -k 1 --min-score 0.9", "near duplicates within a"],
    ["simcli topk a.csv b.csv --json | jq .[0].id", "as JSON"],
  ],
  pairs: [
    ["simcli pairs a.csv", "near duplicates: pairs that score 0.9 or better, the best first"],
    ["simcli pairs a.csv --min-score 0.5 --max-pairs 2", "the two best pairs above 0.5"],
    ["simcli pairs a.csv --min-score 0.5 --groups", "which rows belong together"],
  ],
  mine: [
    ["simcli mine a.csv b.csv --negatives 2", "the two nearest rows of b that are not row i, as triplets"],
    ["simcli mine a.csv b.csv --relative-margin 0.05", "none more than 95 % as similar as the positive"],
    ["simcli mine a.csv b.csv --kind random --seed 1 --as pairs", "any negatives, as labelled pairs"],
  ],
  eval: [
    ["simcli eval a.csv b.csv", "row i of b is what query i of a should find"],
    ["simcli eval a.csv b.csv -k 1,2 --json | jq .metrics", "as JSON"],
    ["simcli eval a.csv b.csv --per-query", "a record a query"],
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
