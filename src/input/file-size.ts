import { statSync } from "node:fs";
import { namedArray } from "./named-array.js";

/**
 * Returns the size of a regular file in bytes, also for `FILE#NAME`; null for anything else, and for a missing file, whose error the reader
 * reports.
 */
export function fileSize(path: string): number | null {
  try {
    const stats = statSync(namedArray(path).path, { throwIfNoEntry: false });
    return stats?.isFile() ? stats.size : null;
  } catch {
    return null;
  }
}

/** Returns whether a path can be opened but read only once: a pipe such as `<(command)`, or a terminal. */
export function isStream(path: string): boolean {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    return stats !== undefined && !stats.isFile() && !stats.isDirectory();
  } catch {
    return false;
  }
}

/** Returns whether a path is a folder, or a link to one. */
export function isFolder(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  } catch {
    return false;
  }
}
