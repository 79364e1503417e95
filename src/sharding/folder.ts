import { readdirSync } from "node:fs";
import { join } from "node:path";
import { isFolder } from "../input/file-size.js";
import { PART_NAME, type PartHead } from "./part-file.js";
import { headOf } from "./part-reader.js";

/** Returns the paths of the parts in a folder, in the order of the shards; none if it does not exist. */
export function partsIn(folder: string): string[] {
  if (!isFolder(folder)) return [];
  const names = readdirSync(folder).filter((name) => PART_NAME.test(name));
  return names.sort().map((name) => join(folder, name));
}

/** Returns what a part of a folder says about itself; null without one. */
export function anyHeadIn(folder: string): PartHead | null {
  for (const path of partsIn(folder)) {
    const head = headOf(path);
    if (head) return head;
  }
  return null;
}
