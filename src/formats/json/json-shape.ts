import { ID_NAMES, pathTo } from "./json-fields.js";
import { type Json, topLevelValues } from "./json-head.js";
import { layoutOf, type TableLayout } from "./json-layout.js";
import { type NamedVectors, namedIn } from "./json-named.js";
import { collectPaths, guessedId, isDecided, isKnown, isObject, isPreferred, pathOf } from "./json-paths.js";

/** The vectors of a JSON text, as its first bytes show. */
export interface VectorShape {
  readonly kind: "vectors";
  /** The path of the object whose members are vectors or records, and their names the ids; null if there is none. */
  readonly at: string | null;
  /** The path of the vectors, from the record if `at` is given; null if the names of its fields are known ones. */
  readonly path: string | null;
  /** The paths of all arrays of numbers for `--vector-column`, the first 12. */
  readonly candidates: readonly string[];
  /** Whether a path is decided and there is a vector at it. */
  readonly isFound: boolean;
  /** The arrays and ids beside the object at `at`, which are left out. */
  readonly leftOut: readonly string[];
  /** The field that may be the id of a record without another one. */
  readonly idGuess: string | null;
  /** Whether each record follows a line of its id, as in bulk requests of Elasticsearch. */
  readonly isBulk: boolean;
}

/** How a JSON text holds vectors: as vectors, or as objects whose members are the cells of a table. */
export type JsonShape = VectorShape | { readonly kind: "table"; readonly layout: TableLayout };

const MAX_CANDIDATES = 12;

/**
 * Determines the shape of a JSON text from its first bytes, which may end anywhere.
 *
 * @param isCut whether the text goes on.
 * @param asked the path of the vectors, if given; see `ReadOptions.vectorColumn`.
 */
export function shapeOf(head: string, isCut: boolean, asked?: string): JsonShape {
  const values = topLevelValues(head);
  let paths = pathsIn(values, false);
  const inText = paths.length === 0;
  if (inText) {
    const layout = asked === undefined ? layoutOf(values) : null;
    if (layout) return { kind: "table", layout };
    paths = pathsIn(values, true);
  }
  const base = { kind: "vectors", leftOut: [], isBulk: isBulk(values) } as const;
  const named = values.length === 1 ? namedIn(values[0], "", inText, isCut) : [];
  const inNamed = asked === undefined ? null : askedNamed(named, asked);
  if (inNamed) return { ...base, ...inNamed, isFound: isNamedFound(inNamed.candidates), idGuess: null };
  if (asked !== undefined) {
    const candidates = paths.slice(0, MAX_CANDIDATES);
    return { ...base, at: null, path: asked, candidates, isFound: paths.includes(asked), idGuess: guessedId(values) };
  }
  const outside = paths.filter((path) => !named.some(({ at }) => at === "" || path.startsWith(`${at}.`)));
  const chosen = chosenOf(named, outside);
  if (chosen && isNamedFound(chosen.candidates)) {
    const { at, candidates } = chosen;
    return {
      ...base,
      at,
      path: pathOf(candidates),
      candidates,
      isFound: true,
      leftOut: [...outside, ...idsOf(values[0])],
      idGuess: null,
    };
  }
  const others = isDecided(outside) ? paths : [...named.flatMap(selectors), ...outside];
  const candidates = [...new Set(named.length > 0 ? others : paths)].slice(0, MAX_CANDIDATES);
  const path = named.length > 0 && !isDecided(outside) ? null : pathOf(named.length > 0 ? outside : candidates);
  const isFound = path !== null || outside.some(isKnown);
  return { ...base, at: null, path, candidates, isFound, idGuess: guessedId(values) };
}

function pathsIn(values: readonly Json[], inText: boolean): readonly string[] {
  const paths = new Set<string>();
  for (const value of values) collectPaths(value, "", inText, paths);
  return [...paths];
}

const RECORD_IDS: ReadonlySet<string> = new Set(["id", "_id", "custom_id", "recordId"]);

/** Returns the fields of an object that are its id, or hold ids by name, as `DataFrame.to_json` writes a column. */
const idsOf = (value: Json) =>
  isObject(value)
    ? ID_NAMES.filter((name) => {
        const id = value[name];
        if (isObject(id)) return Object.values(id).every((one) => typeof one === "string" || typeof one === "number");
        return RECORD_IDS.has(name) && (typeof id === "string" || typeof id === "number");
      })
    : [];

/** Returns the object to read, if it can be decided: the only one, or the only one in a field of a known name. */
function chosenOf(named: readonly NamedVectors[], outside: readonly string[]): NamedVectors | null {
  const known = named.filter(({ at }) => isKnown(at));
  if (known.length === 1 && (named.length === 1 || known[0].at !== "")) return known[0];
  if (outside.some((path) => isKnown(path)) || outside.filter(isPreferred).length === 1) return null;
  return named.length === 1 ? named[0] : null;
}

/** Returns whether the vectors of the members are found: the members are vectors, or records whose paths decide. */
const isNamedFound = (candidates: readonly string[]) => candidates.length === 0 || isDecided(candidates);

/** Returns the values of `--vector-column` that read an object of named vectors. */
const selectors = ({ at, candidates }: NamedVectors): readonly string[] =>
  at !== "" && isNamedFound(candidates) ? [at] : candidates.map((path) => pathTo(at, path));

/** Returns the named vectors that a value of `--vector-column` selects: those of an object, or of a field of its records. */
function askedNamed(named: readonly NamedVectors[], asked: string) {
  for (const { at, candidates } of named) {
    if (at === asked && at !== "") return { at, candidates, path: pathOf(candidates) };
    if (candidates.some((path) => pathTo(at, path) === asked)) {
      return { at, candidates, path: asked.slice(at === "" ? 0 : at.length + 1) };
    }
  }
  return null;
}

const ACTIONS: ReadonlySet<string> = new Set(["index", "create", "update", "delete"]);

/** Returns whether a name of the only member of an object is an action of Elasticsearch. */
export const isAction = (name: string): boolean => ACTIONS.has(name);

function isBulk(values: readonly Json[]): boolean {
  const [first] = values;
  if (values.length < 2 || !isObject(first)) return false;
  const members = Object.entries(first);
  if (members.length !== 1 || !isAction(members[0][0]) || !isObject(members[0][1])) return false;
  return Object.keys(members[0][1]).every((name) =>
    /^(?:_|routing$|version|if_|retry_|require_|pipeline$|op)/.test(name),
  );
}
