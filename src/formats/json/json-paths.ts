import { ID_NAMES, pathTo, VECTOR_NAMES } from "./json-fields.js";
import type { Json } from "./json-head.js";

const PREFERRED = /(?:^|\.)(?:embeddings?|vectors?|values|float|dense|features)$/i;
const PACKED_NAME = /(?:^|\.)(?:embedding|vector|base64)$/;
const TEXT_ARRAY = /^\s*\[\s*[-+]?[\d.]/;
export const MEMBERS_EXAMINED = 50;

export type JsonObject = { readonly [name: string]: Json };

export const isObject = (value: Json | undefined): value is JsonObject =>
  value !== null && typeof value === "object" && !Array.isArray(value);

/** Returns whether a path has only names that hold vectors in known formats. */
export const isKnown = (path: string): boolean =>
  path === "" || path.split(".").every((name) => VECTOR_NAMES.has(name));

/** Returns whether the last name of a path suggests a vector. */
export const isPreferred = (path: string): boolean => PREFERRED.test(path);

/** Returns the path of the vectors among candidates; null if it is a known one or cannot be decided. */
export function pathOf(candidates: readonly string[]): string | null {
  if (candidates.some(isKnown)) return null;
  const preferred = candidates.filter(isPreferred);
  if (preferred.length === 1) return preferred[0];
  return candidates.length === 1 ? candidates[0] : null;
}

/** Returns whether candidates decide where the vectors are. */
export const isDecided = (candidates: readonly string[]): boolean =>
  candidates.some(isKnown) || pathOf(candidates) !== null;

/** Returns whether a value is a number of MongoDB's Extended JSON, such as `{"$numberDouble": "0.1"}`. */
const isExtendedNumber = (value: Json | undefined) =>
  isObject(value) && /^\$number(?:Double|Int|Long|Decimal)$/.test(Object.keys(value)[0] ?? "");

/** Returns whether a value is an array of numbers. */
export const isVector = (value: Json): boolean =>
  Array.isArray(value) &&
  (typeof value[0] === "number" ||
    isExtendedNumber(value[0]) ||
    (value[0] === null && value.some((one) => typeof one === "number")));

/** Returns whether a value is the text of an array of numbers. */
export const isTextVector = (value: Json): boolean => typeof value === "string" && TEXT_ARRAY.test(value);

/** Collects the paths of arrays of numbers, of vectors in base64 and, with `inText`, of arrays in texts. */
export function collectPaths(value: Json, path: string, inText: boolean, paths: Set<string>): void {
  if (isVector(value) || (inText && isTextVector(value))) paths.add(path);
  else if (Array.isArray(value)) {
    for (const one of value.slice(0, MEMBERS_EXAMINED)) collectPaths(one, path, inText, paths);
  } else if (typeof value === "string") {
    if (PACKED_NAME.test(path) && value.length >= 8 && /^[A-Za-z0-9+/]+=*$/.test(value)) paths.add(path);
  } else if (isObject(value)) {
    for (const [name, one] of Object.entries(value).slice(0, MEMBERS_EXAMINED)) {
      collectPaths(one, pathTo(path, name), inText, paths);
    }
  }
}

const ID_LIKE = /(?:_id|[a-z]Id|[a-z]ID|^uuid|^uid|^guid|^pk)$/;

/**
 * Returns the name of the only field whose name ends like that of an id and whose values differ, beside the vectors; null if there is
 * none.
 */
export function guessedId(values: readonly Json[]): string | null {
  const holders: JsonObject[] = [];
  for (const value of values) collectHolders(value, holders);
  const names = Object.keys(holders[0] ?? {}).filter((name) => ID_LIKE.test(name) && !ID_NAMES.includes(name));
  const unique = names.filter((name) => {
    const ids = holders.map((holder) => holder[name]);
    // The last record may be cut off before its id.
    if (ids.length > 1 && ids[ids.length - 1] === undefined) ids.pop();
    const areIds = ids.every((id) => typeof id === "string" || Number.isInteger(id));
    return areIds && new Set(ids.map(String)).size === ids.length;
  });
  return unique.length === 1 ? unique[0] : null;
}

function collectHolders(value: Json, holders: JsonObject[]): void {
  if (Array.isArray(value)) {
    if (!isVector(value)) for (const one of value) collectHolders(one, holders);
  } else if (isObject(value)) {
    const members = Object.values(value);
    if (members.some((one) => isVector(one) || isTextVector(one))) holders.push(value);
    else for (const one of members) collectHolders(one, holders);
  }
}
