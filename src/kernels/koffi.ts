import { createRequire } from "node:module";

export type Koffi = typeof import("koffi");

/** What calls libraries of the system: an optional dependency, null where it is not installed. */
export function loadKoffi(): Koffi | null {
  try {
    return createRequire(import.meta.url)("koffi") as Koffi;
  } catch {
    return null;
  }
}
