import { readdirSync } from "node:fs";
import { join } from "node:path";
import { isFolder } from "../input/file-size.js";
import { PART_NAME, PARTIAL, type PartHead } from "./part-file.js";
import { headOf } from "./part-reader.js";

/** Returns the paths of the parts in a folder, in the order of the shards; none if it does not exist. */
export function partsIn(folder: string): string[] {
  if (!isFolder(folder)) return [];
  const names = readdirSync(folder).filter((name) => PART_NAME.test(name));
  return names.sort().map((name) => join(folder, name));
}

/** Returns a part of a folder, and what it says about itself; null without one. */
export function anyPartIn(folder: string): { readonly path: string; readonly head: PartHead } | null {
  for (const path of partsIn(folder)) {
    const head = headOf(path);
    if (head) return { path, head };
  }
  return null;
}

/** Returns the number of parts in a folder that are begun and not finished. */
export function unfinishedIn(folder: string): number {
  const names = readdirSync(folder).filter((name) => name.startsWith(".part-") && name.endsWith(PARTIAL));
  return new Set(names.map((name) => name.split(".")[1])).size;
}
