import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../reference.js";
import type { FuzzFile } from "./files.js";

/** The folder of the cases that were found, one folder for each target. */
const folder = join(root, "test/fuzz/corpus");

/** Keeps a case: `corpus/TARGET/HASH-NAME`, and `HASH-NAME.json` with the rows that it must have. Returns the path. */
export function keepCase(target: string, { name, bytes, expected }: FuzzFile): string {
  const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 8);
  const path = join(folder, target, `${hash}-${name}`);
  mkdirSync(join(folder, target), { recursive: true });
  writeFileSync(path, bytes);
  if (expected) writeFileSync(`${path}.json`, JSON.stringify(expected));
  return path;
}

/** Returns the cases of a target. */
export function keptCases(target: string): FuzzFile[] {
  const place = join(folder, target);
  const names = existsSync(place) ? readdirSync(place).sort() : [];
  return names
    .filter((name) => !names.includes(name.replace(/\.json$/, "")) || !name.endsWith(".json"))
    .map((name) => ({
      name: name.slice(name.indexOf("-") + 1),
      bytes: readFileSync(join(place, name)),
      expected: names.includes(`${name}.json`) ? JSON.parse(readFileSync(join(place, `${name}.json`), "utf8")) : null,
    }));
}
