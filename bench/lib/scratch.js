import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

let folder = null;

/** A path in the temporary folder of this run; the folder is made with the first. */
export function scratchFile(name) {
  folder ??= mkdtempSync(join(tmpdir(), "simcli-bench-"));
  return join(folder, name);
}

/** Removes a file early: the big ones would fill a small disk together. */
export const forget = (file) => rmSync(file, { force: true });

/** Removes the folder with all that is in it. */
export function removeScratch() {
  if (folder !== null) rmSync(folder, { recursive: true, force: true });
  folder = null;
}

/** A message without the folder's name, which is nobody's business in a saved result. */
export const withoutScratch = (text) => (folder === null ? text : text.replaceAll(`${folder}/`, ""));
