import { pathTo, VECTOR_NAMES } from "./json-fields.js";
import type { Json } from "./json-head.js";
import {
  collectPaths,
  isDecided,
  isKnown,
  isObject,
  isPreferred,
  isTextVector,
  isVector,
  MEMBERS_EXAMINED,
} from "./json-paths.js";

/** An object whose members are vectors, or records with a vector; their names are ids. */
export interface NamedVectors {
  readonly at: string;
  /** The paths of the vectors in a record; empty if the members are vectors. */
  readonly candidates: readonly string[];
}

/** An object with more members has no names of fields, such as `values`, but any words. */
const FIELDS_AT_MOST = 8;

/**
 * Returns the objects of named vectors in a value, the outermost ones; of records with several vectors, also the objects in them. An
 * object in a list has no path.
 *
 * @param isCut whether the value may be cut off.
 */
export function namedIn(value: Json, at: string, inText: boolean, isCut: boolean): NamedVectors[] {
  if (!isObject(value)) return [];
  const members = Object.entries(value);
  if (areVectors(members, at, inText)) return [{ at, candidates: [] }];
  const candidates = recordCandidates(members, at, inText, isCut);
  if (candidates.length > 0 && isDecided(candidates)) return [{ at, candidates }];
  const inner = members
    .slice(0, MEMBERS_EXAMINED)
    .flatMap(([name, one]) => namedIn(one, pathTo(at, name), inText, isCut));
  return candidates.length > 0 ? [{ at, candidates }, ...inner] : inner;
}

type Members = readonly (readonly [string, Json])[];

const isField = (name: string, members: Members) => members.length <= FIELDS_AT_MOST && VECTOR_NAMES.has(name);

function areVectors(members: Members, at: string, inText: boolean): boolean {
  const present = members.filter(([, one]) => one !== null);
  return (
    members.length > 1 &&
    2 * present.length > members.length &&
    // A member that is cut off is empty.
    present.every(
      ([name, one]) =>
        (isVector(one) || (Array.isArray(one) && one.length === 0) || (inText && isTextVector(one))) &&
        !isField(name, members) &&
        (at === "" || members.length > FIELDS_AT_MOST || !isPreferred(name)),
    ) &&
    present.some(([, one]) => !Array.isArray(one) || one.length > 0)
  );
}

/** Returns the paths of vectors that most members have; empty if the members are no records. */
function recordCandidates(members: Members, at: string, inText: boolean, isCut: boolean): readonly string[] {
  if (members.length === 0 || !members.every(([name, one]) => isRecord(one) && !isField(name, members))) return [];
  const paths = members.slice(0, MEMBERS_EXAMINED).map(([, one]) => {
    const found = new Set<string>();
    collectPaths(one, "", inText, found);
    return found;
  });
  // The last member may be cut off before its vector.
  if (isCut && paths.length > 1 && members.length <= MEMBERS_EXAMINED) paths.pop();
  const counts = new Map<string, number>();
  for (const found of paths) for (const path of found) counts.set(path, (counts.get(path) ?? 0) + 1);
  const shared = [...counts].filter(([, count]) => 2 * count > paths.length).map(([path]) => path);
  if (paths.length > 1) return shared;
  // One member may be a record under its id, or lead to the data.
  const [[, only]] = members;
  const isDirect = (path: string) => isObject(only) && path in only && isVectorAt(only[path], inText);
  const isRecordOnly = members.length > 1 || (at !== "" && isKnown(at)) || (shared.length === 1 && isDirect(shared[0]));
  return isRecordOnly && isDecided(shared) ? shared : [];
}

const isRecord = (value: Json) => value === null || isObject(value);

const isVectorAt = (value: Json, inText: boolean) => isVector(value) || (inText && isTextVector(value));
