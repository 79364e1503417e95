import { statSync } from "node:fs";

/** The bytes of a regular file; null for what is none (a pipe, a folder) or is not there, of which whoever reads it tells. */
export function fileSize(path: string): number | null {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    return stats?.isFile() ? stats.size : null;
  } catch {
    return null;
  }
}
