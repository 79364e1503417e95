import { existsSync } from "node:fs";

/** A path, and the name of an array in the file if one is given. */
export interface NamedArray {
  readonly path: string;
  readonly array?: string;
}

/**
 * Splits `FILE#NAME` at the last `#` before which there is a file. A path that exists, and one without a file before any `#`, are
 * returned whole.
 */
export function namedArray(text: string): NamedArray {
  if (!text.includes("#") || existsSync(text)) return { path: text };
  for (let at = text.lastIndexOf("#"); at > 0; at = text.lastIndexOf("#", at - 1)) {
    const [path, array] = [text.slice(0, at), text.slice(at + 1)];
    if (array !== "" && existsSync(path)) return { path, array };
  }
  return { path: text };
}
