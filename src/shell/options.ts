import { type Command, Option } from "commander";
import { closestMatch } from "leven";
import { UsageError } from "../core/errors.js";
import { FILE_FORMATS } from "../formats/registry.js";
import { reference } from "../input/columns.js";
import { parseNumber } from "../input/number.js";
import type { ColumnReference } from "../input/read-options.js";
import { FORMATS, type Format } from "../output/format.js";
import type { Dtype } from "../reading/read-vectors.js";
import { BACKENDS, type BackendName } from "../similarity/backends/backend.js";
import { MODES, type Mode, ZERO_VECTORS, type ZeroVectors } from "../similarity/choices.js";
import { METRIC_NAMES, type MetricName } from "../similarity/metrics/names.js";
import { COLOR_CHOICES, type ColorChoice } from "./color.js";

/** The options that every command has. */
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
  readonly full?: true;
  readonly heatmap?: true;
}

/** The options of commands that read files. */
export interface InputOptions {
  readonly delimiter?: string;
  readonly header: "auto" | "yes" | "no";
  readonly idColumn?: ColumnReference;
  readonly columns?: string;
  readonly inputFormat?: string;
  readonly vectorColumn?: string;
}

/** The options of commands that compute similarities. */
export interface EngineOptions {
  readonly mode: Mode;
  readonly backend: BackendName;
  readonly zeroVectors: ZeroVectors;
  readonly dtype: Dtype;
}

/** The options of commands that take any metric. */
export interface MetricOptions extends EngineOptions {
  readonly metric: MetricName;
}

/** @param formatDefault in what format the result is written unless said, for the help. */
export function addCommonOptions(command: Command, formatDefault = "table on a terminal, else csv"): Command {
  return command
    .optionsGroup("Output:")
    .addOption(choice("-f, --format <format>", `how to write the result (default: ${formatDefault})`, FORMATS))
    .option("--json", "short for --format json")
    .addOption(
      new Option(
        "-o, --output <file>",
        "write to a file, whole or not at all; the format follows its extension",
      ).argParser(fileName("--output")),
    )
    .addOption(
      new Option(
        "--precision <n>",
        "digits behind the point (default: 4 in a table, else what reads back exactly)",
      ).argParser(wholeNumber("--precision", 0, 20)),
    )
    .option("--full", "table: no truncation")
    .option("--heatmap", "table: cells coloured on a fixed scale from -1 to 1; of distances, from 0 to the largest")
    .addOption(choice("--color <when>", "colour", COLOR_CHOICES).default("auto"))
    .addOption(
      new Option("--threads <n>", "at most this many threads (default: all cores)").argParser(
        wholeNumber("--threads", 1, 1024),
      ),
    )
    .addOption(
      new Option("--max-memory <size>", "take at most so much memory: 256MB, 2GB").argParser(size("--max-memory")),
    )
    .option("-q, --quiet", "no notes, no progress")
    .option("--verbose", "say what was read, who computed, and how long it took");
}

export function addInputOptions(command: Command): Command {
  return command
    .optionsGroup("Input:")
    .addOption(
      new Option("-d, --delimiter <char>", "between fields: a character, or tab, space (default: detected)").argParser(
        delimiter,
      ),
    )
    .addOption(
      choice("--header <when>", "is the first row a header? yes: write ids to csv as well", [
        "auto",
        "yes",
        "no",
      ]).default("auto"),
    )
    .addOption(
      new Option("--id-column <column>", "the column of ids, by name or number (default: detected)").argParser(
        reference,
      ),
    )
    .option("--columns <list>", "the columns of numbers, as in xsv: 1-4, 3-, name, !1-2 (default: all but the ids)")
    .option(
      "--vector-column <name>",
      "the column, array or field of vectors, where a file has several (default: detected)",
    )
    .addOption(
      choice("--input-format <format>", "what the files are (default: told from their bytes, then their names)", [
        "auto",
        ...FILE_FORMATS.map(({ name }) => name),
      ]).default("auto"),
    );
}

export function addEngineOptions(command: Command): Command {
  return command
    .optionsGroup("Similarity:")
    .addOption(choice("--mode <mode>", "the formula for each pair, or one matrix product", MODES).default("matrix"))
    .addOption(
      choice(
        "--backend <name>",
        "who multiplies in matrix mode: a BLAS of the system, our kernels, …",
        BACKENDS,
      ).default("auto"),
    )
    .addOption(
      choice("--dtype <type>", "the precision of vectors and products; f32 takes half the memory", [
        "f64",
        "f32",
      ]).default("f64"),
    )
    .addOption(
      choice(
        "--zero-vectors <policy>",
        "the cosine with a zero vector, the correlation with a constant one",
        ZERO_VECTORS,
      ).default("error"),
    );
}

export function addMetricOptions(command: Command): Command {
  return addEngineOptions(command).addOption(
    choice("--metric <name>", "what scores; of distances, the less is the better score", METRIC_NAMES).default(
      "cosine",
    ),
  );
}

/** An option with a fixed set of values, which help and completion show. */
export function choice(flags: string, description: string, values: readonly string[]): Option {
  const option = new Option(flags, description).choices(values);
  const name = flags.replace(/^-., /, "").replace(/ .*/, "");
  return option.argParser((value: string) => {
    if (values.includes(value)) return value;
    const close = closestMatch(value, values, { maxDistance: 2 });
    throw invalid(name, values.join(", "), value, close ? `did you mean ${close}?` : "--help says more of them");
  });
}

/** A parser of the names of files to write. */
export function fileName(name: string): (text: string) => string {
  return (text) => {
    if (text !== "") return text;
    throw invalid(name, "the name of a file", text, `such as ${name} result.csv`);
  };
}

/** A parser of whole numbers in a range. */
export function wholeNumber(name: string, least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    throw invalid(name, `a whole number from ${least} to ${most}`, text, `such as ${name} ${Math.max(least, 1)}`);
  };
}

/** A parser of decimal numbers, `least` or more. */
export function decimalNumber(name: string, least = Number.NEGATIVE_INFINITY): (text: string) => number {
  const expected = least === Number.NEGATIVE_INFINITY ? "a number" : `a number, ${least} or more`;
  return numberThat(name, expected, (value) => value >= least);
}

function numberThat(name: string, expected: string, fits: (value: number) => boolean): (text: string) => number {
  return (text) => {
    const value = parseNumber(text);
    if (Number.isFinite(value) && fits(value)) return value;
    throw invalid(name, expected, text, `such as ${name} 0.25`);
  };
}

const UNITS: { readonly [unit: string]: number | undefined } = { k: 1e3, m: 1e6, g: 1e9, t: 1e12 };

/** A parser of amounts of memory: `256MB`, `1.5G`, `512MiB`, bytes without a unit. */
export function size(name: string): (text: string) => number {
  return (text) => {
    const [, digits, unit = "", binary] = /^(\d+(?:\.\d+)?) ?([kmgt]?)(i?)b?$/i.exec(text) ?? [];
    const factor = UNITS[unit.toLowerCase()] ?? 1;
    const bytes = Number(digits) * (binary ? 1024 ** Math.round(Math.log10(factor) / 3) : factor);
    if (bytes > 0) return bytes;
    throw invalid(name, "an amount of memory", text, `such as ${name} 256MB or ${name} 2GB`);
  };
}

/** An option that takes a number, 0 or more. */
export function atLeastZero(flags: string, description: string, value: number): Option {
  return new Option(flags, description).argParser(decimalNumber(flags.replace(/ .*/, ""), 0)).default(value);
}

/** A parser of decimal numbers above 0. */
export function numberAboveZero(name: string): (text: string) => number {
  return numberThat(name, "a number above 0", (value) => value > 0);
}

/** A parser of lists of decimal numbers: `0.1,0.25,0.5`. */
export function numberList(name: string): (text: string) => number[] {
  const parse = decimalNumber(name);
  return (text) => text.split(",").map(parse);
}

const DELIMITER_NAMES: ReadonlyMap<string, string> = new Map([
  ["tab", "\t"],
  ["\\t", "\t"],
  ["space", " "],
  ["comma", ","],
  ["semicolon", ";"],
  ["pipe", "|"],
]);

function delimiter(text: string): string {
  const character = DELIMITER_NAMES.get(text) ?? text;
  if (/^[^\p{L}\p{N}\p{Cs}"\r\n.+-]$/u.test(character)) return character;
  const expected = "one character that is not a letter, digit, quote, point or sign";
  throw invalid("--delimiter", expected, text, "tab, space, comma, semicolon and pipe are names of some");
}

function invalid(name: string, expected: string, found: string, hint: string): UsageError {
  return new UsageError(`${name}: expected ${expected}, found "${found}"`, hint);
}
