import { type Command, Option } from "commander";
import { closestMatch } from "leven";
import { UsageError } from "../errors.js";
import { reference } from "../input/columns.js";
import type { ColumnReference } from "../input/dialect.js";
import { FILE_FORMATS } from "../input/file-format.js";
import { parseNumber } from "../input/number.js";
import { FORMATS, type Format } from "../output/format.js";
import { BACKENDS, type BackendName } from "../similarity/backends/backend.js";
import type { Mode } from "../similarity/engine.js";
import type { ZeroVectors } from "../similarity/scale.js";
import { COLOR_CHOICES, type ColorChoice } from "./color.js";

/** The options that every command has. */
export interface CommonOptions {
  readonly format?: Format;
  readonly json?: true;
  readonly output?: string;
  readonly precision?: number;
  readonly color: ColorChoice;
  readonly threads?: number;
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
  readonly inputFormat: string;
  readonly vectorColumn?: string;
}

/** The options of commands that compute similarities. */
export interface EngineOptions {
  readonly mode: Mode;
  readonly backend: BackendName;
  readonly zeroVectors: ZeroVectors;
}

export function addCommonOptions(command: Command): Command {
  return command
    .optionsGroup("Output:")
    .addOption(
      choice("-f, --format <format>", "how to write the result (default: table on a terminal, else csv)", FORMATS),
    )
    .option("--json", "short for --format json")
    .option("-o, --output <file>", "write to a file, whole or not at all; the format follows its extension")
    .addOption(
      new Option(
        "--precision <n>",
        "digits behind the point (default: 4 in a table, else what reads back exactly)",
      ).argParser(wholeNumber("--precision", 0, 20)),
    )
    .option("--full", "table: no truncation")
    .option("--heatmap", "table: cells coloured on a fixed scale from -1 to 1")
    .addOption(choice("--color <when>", "colour", COLOR_CHOICES).default("auto"))
    .addOption(
      new Option("--threads <n>", "at most this many threads (default: all cores)").argParser(
        wholeNumber("--threads", 1, 1024),
      ),
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
    .addOption(
      choice("--mode <mode>", "the formula for each pair, or one matrix product", ["loop", "matrix"]).default("matrix"),
    )
    .addOption(
      choice(
        "--backend <name>",
        "who multiplies in matrix mode: a BLAS of the system, our kernels, …",
        BACKENDS,
      ).default("auto"),
    )
    .addOption(
      choice("--zero-vectors <policy>", "the similarity with a zero vector", ["error", "nan", "zero"]).default("error"),
    );
}

/** An option with a fixed set of values, which help and completion show. */
export function choice(flags: string, description: string, values: readonly string[]): Option {
  const option = new Option(flags, description).choices(values);
  const name = flags.replace(/^-., /, "").replace(/ .*/, "");
  return option.argParser((value: string) => {
    if (values.includes(value)) return value;
    const close = closestMatch(value, values, { maxDistance: 2 });
    throw invalid(name, values.join(", "), value, close && `did you mean ${close}?`);
  });
}

/** A parser of whole numbers in a range. */
export function wholeNumber(name: string, least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    throw invalid(name, `a whole number from ${least} to ${most}`, text);
  };
}

/** A parser of decimal numbers, `least` or more. */
export function decimalNumber(name: string, least = Number.NEGATIVE_INFINITY): (text: string) => number {
  return (text) => {
    const value = parseNumber(text);
    if (Number.isFinite(value) && value >= least) return value;
    throw invalid(name, least === Number.NEGATIVE_INFINITY ? "a number" : `a number, ${least} or more`, text);
  };
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
  throw invalid("--delimiter", "one character that is not a letter, digit, quote, point or sign", text);
}

function invalid(name: string, expected: string, found: string, hint?: string): UsageError {
  return new UsageError(`${name}: expected ${expected}, found "${found}"`, hint);
}
