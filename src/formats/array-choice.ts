import { closestMatch } from "leven";
import { DataError, UsageError } from "../core/errors.js";
import { shellWord } from "../core/shell-word.js";
import type { ReadOptions } from "../input/reader.js";

/** An array in a file. */
export interface NamedArrayInfo {
  readonly name: string;
  /** The type of the items, as the format calls it. */
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Whether the items are real numbers that simcli reads. */
  readonly isNumeric: boolean;
}

/** The names under which vectors are usually stored; a hint proposes the first that is there. */
const USUAL_NAMES = ["train", "embeddings", "vectors"];
/** Maximum number of arrays that a message lists. */
const LISTED = 12;

/**
 * Returns the array of vectors in a file when no name was given: the only array of numbers with two dimensions, otherwise the only
 * one with one dimension. Other arrays of the file are reported to `options.onGuess`.
 *
 * @throws {DataError} when there are several such arrays, or none.
 */
export function singleArray<A extends NamedArrayInfo>(
  arrays: readonly A[],
  file: string,
  { onGuess }: Pick<ReadOptions, "onGuess">,
): A {
  if (arrays.length === 1) return arrays[0];
  const numeric = arrays.filter(({ isNumeric, shape }) => isNumeric && !shape.includes(0));
  const ofRank = (rank: number) => numeric.filter(({ shape }) => shape.length === rank);
  const candidates = [ofRank(2), ofRank(1)].find((list) => list.length > 0) ?? [];
  if (candidates.length !== 1) throw noSingleArray(candidates.length > 0 ? candidates : arrays, file);
  const [one] = candidates;
  const others = arrays.filter((array) => array !== one);
  onGuess?.(
    `${file}: read the array ${arrayText(one)}, left out ${listed(others)}`,
    `${optionFor(one)} selects it without this note`,
  );
  return one;
}

/**
 * Returns the index of the array with this name.
 *
 * @throws {UsageError} when there is none.
 */
export function arrayIndex(name: string, names: readonly string[], file: string): number {
  const index = names.indexOf(name);
  if (index >= 0) return index;
  const close = closestMatch(name, names, { maxDistance: Math.max(2, name.length >> 1) });
  const found = names.slice(0, LISTED).join(", ") || "none";
  throw new UsageError(
    `${file}: expected an array named "${name}", found ${found}${names.length > LISTED ? ", …" : ""}`,
    close === undefined ? undefined : `did you mean "${close}"?`,
  );
}

function noSingleArray(arrays: readonly NamedArrayInfo[], file: string): DataError {
  const message = `${file}: expected one array of vectors, found ${listed(arrays)}`;
  if (arrays.length === 0) return new DataError(message);
  const usual = arrays.find(({ name }) => USUAL_NAMES.includes(name)) ?? arrays[0];
  const option = optionFor(usual);
  const path = shellWord(`${file}#${usual.name}`);
  return new DataError(message, file === "stdin" ? option : `name one: ${path}, or ${option}`);
}

const optionFor = ({ name }: NamedArrayInfo) => `--vector-column ${shellWord(name)}`;

function listed(arrays: readonly NamedArrayInfo[]): string {
  const list = arrays.slice(0, LISTED).map(arrayText);
  return `${list.join(", ") || "none"}${arrays.length > LISTED ? `, … (${arrays.length} in all)` : ""}`;
}

const arrayText = (array: NamedArrayInfo) => `${array.name} (${shapeText(array)})`;

/** Formats the shape and type of an array: `3×4 F32`. */
export function shapeText({ shape, dtype }: Pick<NamedArrayInfo, "shape" | "dtype">): string {
  return `${shape.length === 0 ? "one item" : shape.join("×")} ${dtype.slice(0, 40)}`;
}
