import { Option } from "commander";
import { closestMatch } from "leven";
import { UsageError } from "../core/errors.js";
import { parseNumber } from "../input/number.js";
import type { ShardOption } from "../sharding/array-index.js";

/** Returns an option with a fixed set of values, which help and completion show. */
export function choice(
  flags: string,
  description: string,
  values: readonly string[],
  otherNames: { readonly [value: string]: string } = {},
): Option {
  const option = new Option(flags, description).choices(values);
  const name = flags.replace(/^-., /, "").replace(/ .*/, "");
  return option.argParser((value: string) => {
    if (values.includes(value)) return value;
    const close = closestMatch(value.toLowerCase(), values, { maxDistance: 2 });
    const hint = Object.hasOwn(otherNames, value) ? otherNames[value] : null;
    throw invalid(
      name,
      values.join(", "),
      value,
      hint ?? (close ? `did you mean ${close}?` : "--help --all lists the values"),
    );
  });
}

/** Returns a parser of names of output files. */
export function fileName(name: string): (text: string) => string {
  return (text) => {
    if (text !== "") return text;
    throw invalid(name, "the name of a file", text, `for example: ${name} result.csv`);
  };
}

/** Returns a parser of whole numbers in a range. */
export function wholeNumber(name: string, least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    throw invalid(name, `a whole number from ${least} to ${most}`, text, `for example: ${name} ${Math.max(least, 1)}`);
  };
}

/** Returns a parser of decimal numbers with a minimum. */
export function decimalNumber(name: string, least = Number.NEGATIVE_INFINITY): (text: string) => number {
  const expected = least === Number.NEGATIVE_INFINITY ? "a number" : `a number, ${least} or more`;
  return numberThat(name, expected, (value) => value >= least);
}

/** Returns a parser of decimal numbers between two limits, which are not allowed themselves. */
export function numberBetween(name: string, low: number, high: number): (text: string) => number {
  return numberThat(name, `a number above ${low} and below ${high}`, (value) => value > low && value < high);
}

function numberThat(name: string, expected: string, fits: (value: number) => boolean): (text: string) => number {
  return (text) => {
    const value = parseNumber(text);
    if (Number.isFinite(value) && fits(value)) return value;
    throw invalid(name, expected, text, `for example: ${name} 0.25`);
  };
}

const MINUTES: { readonly [unit: string]: number } = { s: 1 / 60, m: 1, h: 60 };

/** Returns a parser of durations in minutes: `90s`, `20m`, `2h`. */
export function minutes(name: string): (text: string) => number {
  return (text) => {
    const [, digits, unit] = /^(\d+(?:\.\d+)?)([smh])$/.exec(text) ?? [];
    const value = Number(digits) * MINUTES[unit];
    if (value > 0) return value;
    throw invalid(name, "a duration with s, m or h", text, `for example: ${name} 20m`);
  };
}

/** Returns a parser of shards: `3/40` or `auto/40`. */
const shardParser =
  (name: string) =>
  (text: string): ShardOption => {
    const [, place, of] = /^(auto|\d+)\/(\d+)$/.exec(text) ?? [];
    const number = place === "auto" ? null : Number(place);
    const count = Number(of);
    if (count >= 1 && count <= MOST_SHARDS && (number === null || (number >= 1 && number <= count)))
      return { number, count };
    const hint =
      number === 0 ? `shards count from 1; ${name} auto/N takes the index of a scheduler` : `for example: ${name} 3/40`;
    throw invalid(name, `a number from 1 to n, or auto, of n shards up to ${MOST_SHARDS}`, text, hint);
  };

export const shardOption = shardParser("--shard");
export const corpusShardOption = shardParser("--corpus-shard");

const MOST_SHARDS = 1_000_000;

const UNITS: { readonly [unit: string]: number | undefined } = { k: 1e3, m: 1e6, g: 1e9, t: 1e12 };

/** Returns a parser of amounts of memory: `256MB`, `1.5G`, `512MiB`; without a unit, bytes. */
export function size(name: string): (text: string) => number {
  return (text) => {
    const [, digits, unit = "", binary] = /^(\d+(?:\.\d+)?) ?([kmgt]?)(i?)b?$/i.exec(text) ?? [];
    const factor = UNITS[unit.toLowerCase()] ?? 1;
    const bytes = Number(digits) * (binary ? 1024 ** Math.round(Math.log10(factor) / 3) : factor);
    if (bytes > 0) return bytes;
    throw invalid(name, "an amount of memory", text, `for example: ${name} 256MB or ${name} 2GB`);
  };
}

/** Returns an option that takes a number, 0 or more. */
export function atLeastZero(flags: string, description: string, value: number): Option {
  return new Option(flags, description).argParser(decimalNumber(flags.replace(/ .*/, ""), 0)).default(value);
}

/** Returns a parser of numbers from 0 to 1. */
export function share(name: string): (text: string) => number {
  return numberThat(name, "a number from 0 to 1", (value) => value >= 0 && value <= 1);
}

/** Returns a parser of decimal numbers above 0. */
export function numberAboveZero(name: string): (text: string) => number {
  return numberThat(name, "a number above 0", (value) => value > 0);
}

/** Returns a parser of lists of decimal numbers: `0.1,0.25,0.5`. */
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

export function delimiter(text: string): string {
  const character = DELIMITER_NAMES.get(text) ?? text;
  if (/^[^\p{L}\p{N}\p{Cs}"\r\n.+-]$/u.test(character)) return character;
  const expected = "one character that is not a letter, digit, quote, point or sign";
  throw invalid("--delimiter", expected, text, "tab, space, comma, semicolon and pipe can be given by name");
}

export function invalid(name: string, expected: string, found: string, hint: string): UsageError {
  return new UsageError(`${name}: expected ${expected}, found "${found}"`, hint);
}
