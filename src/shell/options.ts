import { type Command, Option } from "commander";
import { QUANTIZATIONS, type Quantization } from "../core/quantization.js";
import { FILE_FORMATS } from "../formats/registry.js";
import { FORMATS, type Format } from "../formats/writers.js";
import { reference, splitSelection } from "../input/columns.js";
import type { ColumnReference, DecimalMark, MissingPolicy, PackedBits } from "../input/reader.js";
import type { Dtype } from "../reading/read-vectors.js";
import type { ShardOption } from "../sharding/array-index.js";
import {
  BACKENDS,
  type BackendName,
  COMPONENT_METRIC_NAMES,
  type MetricName,
  MODES,
  type Mode,
  ZERO_VECTORS,
  type ZeroVectors,
} from "../similarity/options.js";
import { COLOR_CHOICES, type ColorChoice } from "./color.js";
import {
  choice,
  delimiter,
  fileName,
  invalid,
  numberAboveZero,
  shardOption,
  size,
  wholeNumber,
} from "./option-values.js";

/** Options of every command. */
export interface CommonOptions {
  readonly format?: Format;
  readonly json?: true;
  readonly output?: string;
  readonly precision?: number;
  readonly color: ColorChoice;
  readonly threads?: number;
  /** Bytes. */
  readonly maxMemory?: number;
  readonly quiet?: true;
  readonly verbose?: true;
  /** An option of commands that read files. */
  readonly strict?: true;
  readonly full?: true;
  readonly heatmap?: true;
  /** An option of commands that write a part of a result to a folder. */
  readonly shard?: ShardOption;
  readonly corpusShard?: ShardOption;
}

/** Options of commands that read files. */
export interface InputOptions {
  readonly delimiter?: string;
  readonly header: "auto" | "yes" | "no";
  readonly idColumn?: ColumnReference;
  readonly columns?: string;
  readonly inputFormat?: string;
  readonly vectorColumn?: string;
  readonly decimal: DecimalMark;
  readonly missing: MissingPolicy;
  readonly dimensions?: number;
  readonly packedBits?: PackedBits;
}

/** Options of commands that compute similarities. */
export interface EngineOptions {
  readonly mode: Mode;
  readonly backend: BackendName;
  readonly zeroVectors: ZeroVectors;
  readonly dtype: Dtype;
}

/** Options of commands that can quantise vectors. */
export interface QuantizationOptions {
  readonly quantize?: Quantization;
  readonly calibration?: string;
}

/** Options of commands with any metric. */
export interface MetricOptions extends EngineOptions {
  readonly metric: MetricName;
}

/** @param formatDefault the default output format, for the help. */
export function addCommonOptions(command: Command, formatDefault = "table on a terminal, else csv"): Command {
  command
    .optionsGroup("Output:")
    .addOption(choice("-f, --format <format>", `output format (default: ${formatDefault})`, FORMATS))
    .option("--json", "short for --format json")
    .addOption(
      new Option(
        "-o, --output <file>",
        "write to a file, completely or not at all; the format follows the extension",
      ).argParser(fileName("--output")),
    )
    .addOption(
      new Option(
        "--precision <n>",
        "digits after the decimal point (default: 4 in a table, else the shortest exact text)",
      ).argParser(wholeNumber("--precision", 0, 20)),
    )
    .option("--full", "table: show all rows and columns")
    .option("--heatmap", "table: colour the cells from -1 to 1 (distances: from 0 to the largest)");
  return addRunOptions(command);
}

/** Adds the options of every run, whatever it writes. */
export function addRunOptions(command: Command): Command {
  return command
    .addOption(choice("--color <when>", "use colours", COLOR_CHOICES).default("auto"))
    .addOption(
      new Option("--threads <n>", "maximum number of threads (default: all cores)").argParser(
        wholeNumber("--threads", 1, 1024),
      ),
    )
    .addOption(
      new Option("--max-memory <size>", "maximum amount of memory, such as 256MB or 2GB").argParser(
        size("--max-memory"),
      ),
    )
    .option("-q, --quiet", "suppress notes and progress")
    .option("--verbose", "report what was read, which backend computed, and timings");
}

/** @param dimensions the option `--dimensions`, where it takes more than a number. */
export function addInputOptions(command: Command, dimensions = dimensionsOption()): Command {
  return command
    .optionsGroup("Input:")
    .addOption(
      new Option("-d, --delimiter <char>", "field delimiter: a character, tab or space (default: detected)").argParser(
        delimiter,
      ),
    )
    .addOption(
      choice("--header <when>", "whether the first row is a header; yes also writes ids to CSV", [
        "auto",
        "yes",
        "no",
      ]).default("auto"),
    )
    .addOption(
      new Option("--id-column <column>", "column of ids, by name or number (default: detected)").argParser(reference),
    )
    .option("--columns <list>", "columns of components: 1-4, 3-, name, !1-2 (default: all except ids)")
    .option("--vector-column <name>", "column, array or field that holds the vectors; or FILE#NAME (default: detected)")
    .addOption(
      choice("--missing <policy>", "what to do with missing values", ["error", "skip-row", "zero", "mean"]).default(
        "error",
      ),
    )
    .addOption(dimensions)
    .addOption(
      choice("--packed-bits <type>", "each byte holds 8 components: ubinary (uint8), or binary (int8, minus 128)", [
        "ubinary",
        "binary",
      ]),
    )
    .addOption(choice("--decimal <char>", "decimal mark of delimited text", [".", ","]).default("."))
    .option("--strict", "refuse files that need a guess, instead of noting it")
    .addOption(
      choice("--input-format <format>", "input format, for files whose format cannot be detected", [
        "auto",
        ...FILE_FORMATS.map(({ name }) => name),
      ]).default("auto"),
    );
}

const dimensionsOption = () =>
  new Option("--dimensions <n>", "use the first n components of each row (Matryoshka)").argParser(dimensionCount);

/** Parses a number of components. */
export const dimensionCount = wholeNumber("--dimensions", 1, 2 ** 31);

/** Returns the option for the smallest grade of a relevant row. */
export const relevanceLevelOption = () =>
  new Option("--relevance-level <x>", "--qrels: smallest grade of a relevant row (default: any above 0)").argParser(
    numberAboveZero("--relevance-level"),
  );

/** Adds the options for columns that are added to a result. */
export function addCarryOptions(command: Command): Command {
  return command
    .addOption(carryOption("add these columns of the files to the result: text,url"))
    .addOption(recordsOption("table with the columns of --carry, joined by id, or FILE#COLUMN (twice: one a file)"));
}

/** Returns the option for columns of the files. */
export const carryOption = (description: string) => new Option("--carry <columns>", description).argParser(names);

/** Returns the option for tables beside the files of vectors. */
export function recordsOption(description: string): Option {
  const add = (file: string, before: readonly string[] = []) => [...before, file];
  return new Option("--records <file>", description).argParser(add);
}

/** Parses names of columns: `text,"a,b"`. */
function names(text: string): string[] {
  const list = splitSelection(text).map((name) => name.replace(/^"(.*)"$/, "$1"));
  if (list.length > 0 && new Set(list).size === list.length) return list;
  throw invalid("--carry", "different names of columns", text, "for example: --carry text,url");
}

/** Adds the options of commands that compute a shard of a large job. */
export function addShardOptions(command: Command): Command {
  return addShardOption(command).addOption(
    new Option(
      "--checkpoint <rows>",
      "rows after which a shard keeps what it has found (default: about a minute)",
    ).argParser(wholeNumber("--checkpoint", 1, 2 ** 31)),
  );
}

/** Adds the option of commands whose shards keep what they have found as they go. */
export function addShardOption(command: Command): Command {
  return command
    .optionsGroup("Shards:")
    .addOption(
      new Option(
        "--shard <i/n>",
        "compute shard i of n into a folder: -o parts/ (auto/n: the index of a scheduler)",
      ).argParser(shardOption),
    );
}

const CARD_HINT = "--backend cuda or webgpu; simcli backends lists what this machine has";
const OTHER_BACKENDS = { gpu: CARD_HINT, metal: CARD_HINT, vulkan: CARD_HINT, openblas: "--backend blas" };

export function addEngineOptions(command: Command): Command {
  return command
    .optionsGroup("Similarity:")
    .addOption(
      choice("--mode <mode>", "loop: the formula for each pair; matrix: one matrix product", MODES).default("matrix"),
    )
    .addOption(
      choice(
        "--backend <name>",
        "what multiplies: system BLAS, built-in WebAssembly kernels, plain JavaScript, mathjs, graphics cards",
        BACKENDS,
        OTHER_BACKENDS,
      ).default("auto"),
    )
    .addOption(
      choice("--dtype <type>", "precision of vectors and products; f32 halves the memory", ["f64", "f32"]).default(
        "f64",
      ),
    )
    .addOption(
      choice(
        "--zero-vectors <policy>",
        "result for a zero vector (correlation: a constant vector)",
        ZERO_VECTORS,
      ).default("error"),
    );
}

/** @param quantize the option `--quantize`, where it takes more than a type. */
export function addQuantizationOptions(
  command: Command,
  quantize = choice("--quantize <type>", "quantise the vectors before they are compared", QUANTIZATIONS),
): Command {
  return command
    .addOption(quantize)
    .option("--calibration <file>", "vectors whose ranges int8 uses (default: the corpus, or the only file)");
}

const HAVE_BIT_METRICS = "topk, pairs, mine and eval have";

/** Hints for metrics of bits, which not all commands have. */
const BIT_METRIC_HINTS = {
  hamming: `bits are compared as 1 and −1, where cosine orders as hamming does: 1 − 2 · hamming / bits; ${HAVE_BIT_METRICS} hamming`,
  jaccard: `${HAVE_BIT_METRICS} jaccard`,
};

/** @param names the metrics that the command has. */
export function addMetricOptions(command: Command, names: readonly MetricName[] = COMPONENT_METRIC_NAMES): Command {
  return addEngineOptions(command).addOption(
    choice(
      "--metric <name>",
      "metric of the scores; for distances, smaller is nearer",
      names,
      BIT_METRIC_HINTS,
    ).default("cosine"),
  );
}
