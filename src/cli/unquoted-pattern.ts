import { matchPattern } from "../input/glob.js";

/**
 * Returns the operands in which each list of files that a shell made from a pattern is that pattern again; null if there is
 * no such pattern.
 *
 * @param most the number of operands that the command takes: 1 or 2.
 */
export function withPatterns(operands: readonly string[], most: number): string[] | null {
  const count = operands.length;
  if (most === 2) {
    // The usual mistake is one pattern after, or before, one file.
    for (const at of new Set([1, count - 1, count, ...folderChanges(operands)])) {
      const parts = [operands.slice(0, at), operands.slice(at)].filter((part) => part.length > 0);
      const patterns = parts.map(patternOf);
      if (patterns.every((pattern) => pattern !== null)) return patterns;
    }
    return null;
  }
  const pattern = patternOf(operands);
  return pattern === null ? null : [pattern];
}

/** Returns the indices at which the folder or the extension changes. */
function folderChanges(paths: readonly string[]): number[] {
  const kindOf = (path: string) => path.replace(/[^/]*?(\.[^./]*)?$/, "*$1");
  return paths.flatMap((path, i) => (i > 0 && kindOf(path) !== kindOf(paths[i - 1]) ? [i] : [])).slice(0, 4);
}

/** Returns the pattern that matches exactly these paths, or the only path. */
function patternOf(paths: readonly string[]): string | null {
  if (paths.length === 1) return paths[0];
  const [first] = paths;
  const folder = first.slice(0, first.lastIndexOf("/") + 1);
  const extension = /\.[^./]*$/.exec(first)?.[0] ?? "";
  const known = new Set(paths);
  const matches = (pattern: string) => {
    const found = matchPattern(pattern);
    return found.length === paths.length && found.every((path) => known.has(path));
  };
  return [`${folder}*${extension}`, between(paths), `${folder}*`].find(matches) ?? null;
}

/** Returns the common start and the common end of texts with `*` between them. */
function between(texts: readonly string[]): string {
  const [first, ...rest] = texts;
  let start = first;
  for (const text of rest) while (!text.startsWith(start)) start = start.slice(0, -1);
  let end = first.slice(start.length);
  for (const text of rest) while (!text.slice(start.length).endsWith(end)) end = end.slice(1);
  return `${start}*${end}`;
}
