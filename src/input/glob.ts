import { type Dirent, lstatSync, readdirSync } from "node:fs";
import { isFolder } from "./file-size.js";
import { readError } from "./source.js";

/** Returns whether a path has a character of patterns: `*`, `?` or `[`. */
export const isPattern = (path: string): boolean => /[*?[]/.test(path);

/**
 * Returns the paths that match a pattern, in the order of their code points, as Python's `sorted(glob.glob(pattern))` does.
 *
 * `*` is any text without `/`, `?` one character, `[a-c]` one of these, `[!a-c]` any other; the segment `**` is any number
 * of folders, symbolic links excluded. A name that begins with a point matches only a segment that does.
 *
 * @throws {DataError} for a folder that cannot be read.
 */
export function matchPattern(pattern: string): string[] {
  const segments = pattern.split("/").filter((segment, i, all) => segment !== "**" || all[i - 1] !== "**");
  const isAbsolute = segments[0] === "" && segments.length > 1;
  const named = segments.filter((segment) => segment !== "");
  return sorted(new Set(walk(isAbsolute ? "/" : "", named)));
}

/** Returns texts in the order of their code points. */
export function sorted(texts: Iterable<string>): string[] {
  const keys = Array.from(texts, (text) => ({ text, key: Buffer.from(text) }));
  return keys.sort((a, b) => Buffer.compare(a.key, b.key)).map(({ text }) => text);
}

/** Yields the paths below `prefix`, which is empty or ends with `/`. */
function* walk(prefix: string, [segment, ...rest]: readonly string[]): Generator<string> {
  const isLast = rest.length === 0;
  if (segment === undefined) return;
  if (segment === "**") {
    if (!isLast) yield* walk(prefix, rest);
    for (const entry of entriesOf(prefix)) {
      if (entry.name.startsWith(".")) continue;
      const path = prefix + entry.name;
      if (entry.isDirectory()) yield* walk(`${path}/`, [segment, ...rest]);
      else if (isLast) yield path;
    }
    return;
  }
  if (!isPattern(segment)) {
    if (!isLast) yield* walk(`${prefix}${segment}/`, rest);
    else if (isPresent(prefix + segment)) yield prefix + segment;
    return;
  }
  const expression = expressionOf(segment);
  for (const { name } of entriesOf(prefix)) {
    if (!expression.test(name)) continue;
    if (isLast) yield prefix + name;
    else if (isFolder(prefix + name)) yield* walk(`${prefix}${name}/`, rest);
  }
}

/** Returns the entries of a folder; none for a path that is not a folder. */
function entriesOf(prefix: string): Dirent[] {
  try {
    return readdirSync(prefix === "" ? "." : prefix, { withFileTypes: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return [];
    throw readError(prefix, error);
  }
}

/** Returns whether there is a file, folder or link of this name. */
export function isPresent(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}

/** Returns the regular expression for the names that match a segment. */
function expressionOf(segment: string): RegExp {
  // The texts between the asterisks.
  const parts = [""];
  for (let rest = segment; rest !== ""; ) {
    const [token, negation, members] = /^\[([!^]?)(\]?[^\]]*)\]/.exec(rest) ?? /^(?:\*+|.)/su.exec(rest) ?? [rest];
    if (token.startsWith("*")) parts.push("");
    else parts[parts.length - 1] += members ? setOf(negation, members) : token === "?" ? "." : escaped(token);
    rest = rest.slice(token.length);
  }
  const [first, ...others] = parts;
  const last = others.pop();
  // The first match of a text between two asterisks is kept: to try all of them takes too long.
  const middle = others.map((part, i) => `(?=(.*?${part}))\\${i + 1}`).join("");
  const hidden = segment.startsWith(".") ? "" : "(?!\\.)";
  try {
    return new RegExp(`^${hidden}${first}${middle}${last === undefined ? "" : `.*${last}`}$`, "su");
  } catch {
    // A range such as [z-a] has no members.
    return /(?!)/;
  }
}

const setOf = (negation: string, members: string) => `[${negation ? "^" : ""}${members.replace(/[\\\]^[]/g, "\\$&")}]`;

const escaped = (text: string) => text.replace(/[\\^$.|()[\]{}+/]/g, "\\$&");
