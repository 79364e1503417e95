import { ID_NAMES, pathTo, VECTOR_NAMES } from "./json-fields.js";
import { type Json, topLevelValues } from "./json-head.js";

/** How a JSON text holds vectors, as its first bytes show. */
export type JsonShape =
  | {
      readonly kind: "vectors";
      /** The path of the vectors, if the names of its fields are not known ones; see `ReadOptions.vectorColumn`. */
      readonly path: string | null;
      /** The paths of all arrays of numbers, the first 12. */
      readonly candidates: readonly string[];
    }
  /** An object with a vector or a record in each member, at a path; the names are ids. */
  | {
      readonly kind: "members";
      readonly at: string;
      /** The path of the vector in a record, if the names of its fields are not known ones. */
      readonly path: string | null;
      /** The paths of all arrays of numbers in a member; "" for the member itself. */
      readonly candidates: readonly string[];
    }
  /** Objects whose members are the cells of a table. */
  | { readonly kind: "table"; readonly layout: TableLayout };

/** Where the cells of a table are: in lines of objects, in a list of objects, or in objects by row or by column. */
export type TableLayout = "lines" | "records" | "index" | "columns";

const PREFERRED = /(?:^|\.)(?:embeddings?|vectors?|values|float|dense|features)$/i;
const PACKED_NAME = /(?:^|\.)(?:embedding|vector|base64)$/;
const MAX_CANDIDATES = 12;
const MEMBERS_EXAMINED = 50;

/** Determines the shape of a JSON text from its first bytes, which may end anywhere. */
export function shapeOf(head: string): JsonShape {
  const values = topLevelValues(head);
  const paths = new Set<string>();
  for (const value of values) collectPaths(value, "", paths);
  const candidates = [...paths].slice(0, MAX_CANDIDATES);
  const [first] = values;
  if (paths.size > 0) {
    const members = values.length === 1 ? namedMembers(first, "") : null;
    if (members) return members;
    return { kind: "vectors", path: pathOf(candidates), candidates };
  }
  const layout = layoutOf(values);
  return layout ? { kind: "table", layout } : { kind: "vectors", path: null, candidates };
}

/** Returns whether a path has only names that hold vectors in known formats. */
export const isKnown = (path: string) => path === "" || path.split(".").every((name) => VECTOR_NAMES.has(name));

function pathOf(candidates: readonly string[]): string | null {
  if (candidates.some(isKnown)) return null;
  const preferred = candidates.filter((path) => PREFERRED.test(path));
  if (preferred.length === 1) return preferred[0];
  return candidates.length === 1 ? candidates[0] : null;
}

/** Collects the paths of arrays of numbers, and of vectors in base64 or as text. */
function collectPaths(value: Json, path: string, paths: Set<string>, intoLists = true): void {
  if (Array.isArray(value)) {
    if (typeof value[0] === "number" || (value[0] === null && value.some((one) => typeof one === "number")))
      paths.add(path);
    else if (intoLists) for (const one of value.slice(0, MEMBERS_EXAMINED)) collectPaths(one, path, paths);
  } else if (typeof value === "string") {
    if (PACKED_NAME.test(path) && /^[A-Za-z0-9+/]{8,}=*$|^\[[-+\d.]/.test(value)) paths.add(path);
  } else if (value !== null && typeof value === "object") {
    for (const [name, one] of Object.entries(value).slice(0, MEMBERS_EXAMINED)) {
      collectPaths(one, pathTo(path, name), paths, intoLists);
    }
  }
}

const isObject = (value: Json | undefined): value is { readonly [name: string]: Json } =>
  value !== null && typeof value === "object" && !Array.isArray(value);

/** Returns the object of named vectors or records that a value is or contains; null if there is none. */
function namedMembers(value: Json, at: string): JsonShape | null {
  if (!isObject(value)) return null;
  const members = Object.entries(value).slice(0, MEMBERS_EXAMINED);
  const candidates = pathsInEach(members);
  if (candidates.length > 0) return { kind: "members", at, path: pathOf(candidates), candidates };
  // The vectors of a record with an id are no rows of their own.
  if (members.some(([name, one]) => ID_NAMES.includes(name) && isScalar(one))) return null;
  for (const [name, one] of members) {
    const inner = namedMembers(one, pathTo(at, name));
    if (inner) return inner;
  }
  return null;
}

/** Returns the paths of arrays of numbers that all members have outside of lists. A name of a field is not an id. */
function pathsInEach(members: readonly (readonly [string, Json])[]): string[] {
  const hasFields = members.some(([name]) => VECTOR_NAMES.has(name));
  const isAlike = [isObject, isVector].some((isKind) => members.every(([, one]) => isKind(one)));
  if (members.length < 2 || hasFields || !isAlike) return [];
  const paths = members.map(([, one]) => {
    const found = new Set<string>();
    collectPaths(one, "", found, false);
    return found;
  });
  // The last member may be cut off before its vector.
  return [...paths[0]].filter((path) => paths.slice(0, -1).every((found) => found.has(path)));
}

const isVector = (value: Json) => Array.isArray(value) && value.every((one) => typeof one === "number");

const isScalar = (value: Json) => value === null || typeof value !== "object";

/** Returns whether an object is a row of cells with a number among them. */
const isRow = (value: Json | undefined): boolean =>
  isObject(value) &&
  Object.keys(value).length > 0 &&
  Object.values(value).every(isScalar) &&
  Object.entries(value).some(([name, one]) => typeof one === "number" && !ID_NAMES.includes(name)) &&
  !("error" in value);

function layoutOf(values: readonly Json[]): TableLayout | null {
  const [first] = values;
  if (isRow(first)) return "lines";
  if (listOfRows(first)) return "records";
  if (!isObject(first) || values.length > 1) return null;
  const rows = Object.values(first);
  if (rows.length === 0 || !rows.every((row) => isObject(row) && Object.values(row).every(isScalar))) return null;
  if (!rows.some((row) => Object.values(row as object).some((one) => typeof one === "number"))) return null;
  // pandas numbers the rows: the names of columns are the other ones. By columns is its default.
  const areNumbers = (names: readonly string[]) => names.every((name) => /^\d+$/.test(name));
  return areNumbers(Object.keys(first)) && !areNumbers(Object.keys(rows[0] as object)) ? "index" : "columns";
}

/** Returns the list of rows that a value is, or that is its only list; null if there is none. */
export function listOfRows(value: Json | undefined): readonly Json[] | null {
  if (Array.isArray(value)) return value.length > 0 && isRow(value[0]) ? value : null;
  if (!isObject(value)) return null;
  const lists = Object.values(value).filter((one): one is Json[] => Array.isArray(one));
  return lists.length === 1 ? listOfRows(lists[0]) : null;
}
