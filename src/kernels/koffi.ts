import { createRequire } from "node:module";

export type Koffi = typeof import("koffi");

let loaded: Koffi | null | undefined;

/** Loads koffi, which calls native libraries: an optional dependency, null if it is not installed. */
export function loadKoffi(): Koffi | null {
  if (loaded === undefined) {
    try {
      loaded = createRequire(import.meta.url)("koffi") as Koffi;
    } catch {
      loaded = null;
    }
  }
  return loaded;
}
