import { existsSync } from "node:fs";
import type { Command, CommanderError } from "commander";
import { closestMatch } from "leven";
import { shellWord } from "../core/shell-word.js";
import { METRIC_NAMES } from "../similarity/options.js";

/** Names of commands in other tools, and the command that does it here. */
const COMMANDS: readonly (readonly [names: string, command: string])[] = [
  ["cos cossim sim similarity similarities cosine-similarity cosine_similarity", "cosine"],
  ["l2 euclid euclidean-distance dist distance distances cdist", "euclidean"],
  ["ip inner inner-product dotproduct dot-product matmul", "dot"],
  ["l1 cityblock taxicab", "manhattan"],
  ["linf", "chebyshev"],
  ["corr pearson", "correlation"],
  ["tanimoto", "jaccard"],
  ["knn nn ann search query find nearest neighbors neighbours kneighbors top", "topk"],
  ["dedup deduplicate unique uniq drop-duplicates", "dedupe"],
  ["dups duplicates near-duplicates paraphrases", "pairs"],
  ["info inspect show head stats stat summary schema headers peek view", "describe"],
  ["cat export to transform", "convert"],
  ["evaluate evaluation retrieval score", "eval"],
  ["negatives hard-negatives mining", "mine"],
  ["triplet infonce contrastive siglip supcon cosent", "loss --kind"],
];

/** How an option of another tool is written here; a text is a flag that takes the same value. */
type Rewrite = string | ((value: string) => readonly string[] | null);

interface Habit {
  readonly flags: string;
  readonly becomes: Rewrite;
  /** Whether the flag has no value. */
  readonly isSwitch?: true;
  /** The only command in which the flag means this. */
  readonly command?: string;
}

const FORMAT_NAMES = ["csv", "tsv", "ndjson", "markdown", "npy", "parquet", "table"];
const FILLS: { readonly [value: string]: string } = { "0": "zero", "0.0": "zero", zero: "zero", mean: "mean" };

/** Options of other tools; the first whose options the command has is proposed. */
const OPTIONS: readonly Habit[] = [
  {
    flags: "--k --top --topk --top-k --top_k -n --n --limit --n-neighbors --neighbors --neighbours --count",
    becomes: "-k",
  },
  { flags: "-k --k --top-k --num-negatives --num_negatives --hard", becomes: "--negatives", command: "mine" },
  { flags: "-m --distance --similarity --dist --score", becomes: "--metric" },
  { flags: "--threshold --min-similarity --min-sim --cutoff --above -t", becomes: "--min-score" },
  { flags: "--sep --separator --delim --field-separator -s -F", becomes: "--delimiter" },
  { flags: "--out --outfile --output-file --out-file --save --to-file", becomes: "--output" },
  { flags: "--output-format --out-format --fmt --to --outfmt", becomes: "--format" },
  { flags: "--from --in-format --informat --filetype", becomes: "--input-format" },
  { flags: "--no-header --noheader --no-headers --headerless", becomes: () => ["--header", "no"], isSwitch: true },
  { flags: "--index-col --index_col", becomes: (value) => ["--id-column", fromZero(value)] },
  { flags: "--id --ids --id-col --index --key", becomes: "--id-column" },
  { flags: "--usecols --select --fields --cols --column --features", becomes: "--columns" },
  { flags: "--quantization --quantise", becomes: "--quantize" },
  { flags: "--rescore-multiplier --rescore_multiplier --oversample --oversampling", becomes: "--rescore" },
  { flags: "--dim --dims --truncate-dim --truncate_dim --truncate --matryoshka", becomes: "--dimensions" },
  { flags: "--label --label-column --labels-column --target --class --classes -y --y", becomes: "--labels" },
  { flags: "--vector --vectors --embedding --embeddings --field", becomes: "--vector-column" },
  { flags: "--jobs -j --n-jobs --n_jobs --num-threads --workers --cores", becomes: "--threads" },
  { flags: "--memory --memory-limit --mem", becomes: "--max-memory" },
  { flags: "--decimals --digits --round --float-format", becomes: "--precision" },
  { flags: "--fillna --fill", becomes: (value) => (FILLS[value] ? ["--missing", FILLS[value]] : null) },
  { flags: "--dropna --skip-missing --drop-na", becomes: () => ["--missing", "skip-row"], isSwitch: true },
  { flags: "--float32 --fp32 --f32", becomes: () => ["--dtype", "f32"], isSwitch: true },
  { flags: "--silent", becomes: () => ["--quiet"], isSwitch: true },
  { flags: "--pretty", becomes: () => ["--format", "table"], isSwitch: true },
  { flags: "--jsonl", becomes: () => ["--format", "ndjson"], isSwitch: true },
  { flags: "--md", becomes: () => ["--format", "markdown"], isSwitch: true },
  { flags: "--no-color --no-colour", becomes: () => ["--color", "never"], isSwitch: true },
  { flags: "--colour", becomes: "--color" },
  { flags: "--tau --temp", becomes: "--temperature" },
  { flags: "--type --loss", becomes: "--kind" },
  { flags: "--random-state --random-seed", becomes: "--seed" },
  ...FORMAT_NAMES.map((name): Habit => ({ flags: `--${name}`, becomes: () => ["--format", name], isSwitch: true })),
];

/** pandas counts columns from 0. */
const fromZero = (value: string) => (/^\d+$/.test(value) ? String(Number(value) + 1) : value);

/**
 * Returns the arguments that do here what was typed as in another tool.
 *
 * @returns null when it is not known what was meant.
 */
export function correctedArgs(
  error: CommanderError,
  args: readonly string[],
  program: Command,
): readonly string[] | null {
  if (error.code === "commander.unknownCommand") return correctedCommand(args);
  if (args[0] === "plan" && /^(?:simcli|topk)$/.test(args[1])) return quotedPlan(args);
  if (error.code !== "commander.unknownOption") return null;
  const flag = /'(.+)'/.exec(error.message)?.[1] ?? "";
  const command = program.commands.find((one) => one.name() === args[0]);
  return command ? correctedOption(flag, args, command) : null;
}

function correctedCommand([name, ...rest]: readonly string[]): readonly string[] | null {
  const known = COMMANDS.find(([names]) => names.split(" ").includes(name.toLowerCase()));
  if (known) return known[1].endsWith("--kind") ? ["loss", ...rest, "--kind", name.toLowerCase()] : [known[1], ...rest];
  // A file without a command: its rows are compared.
  return existsSync(name) ? ["cosine", name, ...rest] : null;
}

function correctedOption(typed: string, args: readonly string[], command: Command): readonly string[] | null {
  const [flag, attached] = typed.split("=", 2);
  const at = args.findIndex((arg) => arg === typed || arg.startsWith(`${flag}=`));
  if (at < 0) return null;
  const value = attached ?? args[at + 1];
  const [before, after] = [args.slice(0, at), args.slice(attached === undefined ? at + 2 : at + 1)];
  if (flag === "--metric" && METRIC_NAMES.some((name) => name === value)) return [value, ...before.slice(1), ...after];
  for (const { flags, becomes, isSwitch, command: only = args[0] } of OPTIONS) {
    if (only !== args[0] || !flags.split(" ").includes(flag)) continue;
    if (!isSwitch && value === undefined) return null;
    const words = typeof becomes === "string" ? [becomes, value] : becomes(value);
    const isKnown = words && command.options.some(({ long, short }) => long === words[0] || short === words[0]);
    if (isKnown) return [...before, ...words, ...(isSwitch ? args.slice(at + 1) : after)];
  }
  return null;
}

/** The options of plan itself; those of a command line without quotes belong to that line. */
const OF_PLAN = /^--(?:time|shards|emit|parallel)(?:=|$)/;

/** Returns the arguments of plan with the command line as one word. */
function quotedPlan([, ...words]: readonly string[]): readonly string[] {
  const line: string[] = [];
  const own: string[] = [];
  for (let at = 0; at < words.length; at++) {
    if (!OF_PLAN.test(words[at])) line.push(shellWord(words[at]));
    else if (words[at].includes("=")) own.push(words[at]);
    else own.push(...words.slice(at, ++at + 1));
  }
  return ["plan", line.join(" "), ...own];
}

/** Returns the option of a command that is most like a mistyped one. */
export function similarOption(typed: string, command: Command | undefined): string | undefined {
  const flags = command?.options.flatMap(({ long }) => long ?? []) ?? [];
  return closestMatch(typed, flags, { maxDistance: Math.max(1, Math.floor((typed.length - 2) / 3)) });
}
