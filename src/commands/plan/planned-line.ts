import { Command, CommanderError, type Option } from "commander";
import { UsageError } from "../../core/errors.js";
import type { ReadOptions } from "../../input/reader.js";
import type { Declaration, Runner } from "../../shell/declaration.js";
import { isStdin, readOptionsOf } from "../../shell/inputs.js";
import { addCarryOptions, addInputOptions, addShardOptions } from "../../shell/options.js";
import { mine } from "../mine/declaration.js";
import type { MineOptions } from "../mine/run.js";
import { topk } from "../topk/declaration.js";
import type { TopkOptions } from "../topk/run.js";

/** A command line that is to be run in shards. */
export interface PlannedLine {
  readonly files: readonly [queries: string, corpus: string];
  /** How the files are read. */
  readonly read: ReadOptions;
  /** The options with which samples of the files are searched. */
  readonly search: readonly string[];
  /** The words as they were given. */
  readonly words: readonly string[];
}

/** Options about shards and whole files, which samples do not have; the others about input are those of `.npy`, too. */
const OF_FILES: ReadonlySet<string | undefined> = new Set([
  ...addShardOptions(addCarryOptions(addInputOptions(new Command()))).options.map(({ long }) => long ?? undefined),
  "--labels",
]);
const OF_VECTORS: ReadonlySet<string> = new Set(["--dimensions", "--packed-bits"]);

/** The commands that are planned. */
const PLANNED: readonly Declaration[] = [topk, mine];

/**
 * Parses a command line of `topk` or `mine`, whose samples are searched for as many neighbours as it looks at.
 *
 * @throws {UsageError} for another command, files that cannot be read again, and options that a job sets.
 */
export async function plannedLine(text: string): Promise<PlannedLine> {
  const words = wordsOf(text);
  if (words[0] === "simcli") words.shift();
  const [name, ...rest] = words;
  const declaration = PLANNED.find((one) => one.name === name);
  if (!declaration) {
    const hint = "other commands need about as many shards: simcli plan 'topk q.npy c.npy -k 10'";
    throw new UsageError(`plan: expected a command line of topk or mine, found ${name ?? "none"}`, hint);
  }
  const { command, options } = await parsed(declaration, rest);
  const [queries, corpus = queries] = command.args;
  const stdin = [queries, corpus].find(isStdin);
  if (stdin !== undefined)
    throw new UsageError(`plan: expected files, found ${stdin}`, "each worker reads the same files");
  const { shard, corpusShard, output, format, json, precision, embeddingAtlas, groundTruth, mutual, by } = options;
  const refused = [
    ["--shard", shard],
    ["--corpus-shard", corpusShard],
    ["--output", output],
    ["--format", format ?? json],
    ["--precision", precision],
    ["--embedding-atlas", embeddingAtlas],
    ["--ground-truth", groundTruth],
    ["--mutual", mutual],
    ["--by", by],
  ].find(([, value]) => value !== undefined);
  if (refused) throw new UsageError(`plan: expected no ${refused[0]}, which shards do not take`, "leave it out");
  const { dimensions: _, packedBits: __, ...read } = readOptionsOf(options);
  const search = searchWords(command, rest, (option) => declaration === topk || option.helpGroupHeading === COMPARING);
  if (declaration === mine) search.push("-k", String(candidatesOf(options)));
  return { files: [queries, corpus], read, search, words };
}

/** The group of the options that say how vectors are compared, which both commands have. */
const COMPARING = "Similarity:";

/** Returns the number of nearest rows among which the negatives of most anchors are. */
const candidatesOf = ({
  candidates,
  negatives = candidates ?? 5,
  rangeMin = 0,
  rangeMax,
}: Partial<MineOptions>): number => 1 + (rangeMax ?? 2 * (rangeMin + negatives));

type PlannedOptions = TopkOptions & Partial<MineOptions>;

async function parsed(
  declaration: Declaration,
  words: readonly string[],
): Promise<{ command: Command; options: PlannedOptions }> {
  const { name } = declaration;
  const command = new Command(name).exitOverride().configureOutput({ writeErr: () => {} });
  let options: PlannedOptions | null = null;
  const runner = {
    run: async (found: PlannedOptions) => {
      options = found;
    },
  };
  declaration.declare(command, runner as unknown as Runner);
  await command.parseAsync([...words], { from: "user" }).catch((error) => {
    if (!(error instanceof CommanderError)) throw error;
    const [text] = error.message.replace(/^error: /, "").split("\n");
    throw new UsageError(`plan: ${text}`, `simcli ${name} --help`);
  });
  if (!options) throw new UsageError(`plan: expected a command line of ${name}, found --help`);
  return { command, options };
}

/** Returns the options of a command line without those of whole files. */
function searchWords(command: Command, words: readonly string[], isOfSearch: (option: Option) => boolean): string[] {
  const kept: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at];
    const [flag] = word.split("=");
    const option =
      command.options.find(({ long, short }) => flag === long || flag === short) ??
      // The value of a short option may follow without a blank: -k10.
      command.options.find(({ short, required }) => short && required && word.startsWith(short) && word[1] !== "-");
    if (!option) continue;
    const hasValue = option.required && (word === option.long || word === option.short);
    const end = at + (hasValue ? 2 : 1);
    const { long = "" } = option;
    if ((isOfSearch(option) && !OF_FILES.has(long)) || OF_VECTORS.has(long)) kept.push(...words.slice(at, end));
    at = end - 1;
  }
  return kept;
}

/**
 * Splits a text into words as a shell does: at blanks, with quotes and backslashes.
 *
 * @throws {UsageError} for a quote without an end.
 */
export function wordsOf(text: string): string[] {
  const words: string[] = [];
  let word: string | null = null;
  let quote = "";
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (quote !== "") {
      if (character === quote) quote = "";
      else if (character === "\\" && quote === '"' && '"\\$`'.includes(text[at + 1] ?? "x")) word += text[++at];
      else word += character;
    } else if (character === "'" || character === '"') {
      quote = character;
      word ??= "";
    } else if (/\s/.test(character)) {
      if (word !== null) words.push(word);
      word = null;
    } else {
      word = (word ?? "") + (character === "\\" ? (text[++at] ?? "") : character);
    }
  }
  if (quote !== "") throw new UsageError(`plan: expected another ${quote}, found the end of the command line`);
  if (word !== null) words.push(word);
  return words;
}
