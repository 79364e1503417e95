import { SimcliError } from "#dist/core/errors.js";
import { errorText } from "#dist/shell/report.js";
import { createPaint } from "#dist/tables/paint.js";
import type { Draw } from "./draw.js";
import type { FuzzFile } from "./files.js";

/** A part of simcli that is given invalid and valid input. */
export interface Target {
  readonly name: string;
  make(draw: Draw): FuzzFile;
  /** @throws {Finding} for a wrong result; any error but a `SimcliError` is a finding too. */
  check(file: FuzzFile, draw: Draw): Promise<void>;
}

/** A wrong result. */
export class Finding extends Error {}

const paint = await createPaint(0);

/** Checks that an error is one for the user, in a few readable lines. */
export function checkError(error: unknown, args: readonly string[] = ["describe", "a"]): void {
  if (!(error instanceof SimcliError)) throw error;
  const text = errorText(error, paint, false, { args });
  const lines = text.trimEnd().split("\n");
  // A hint has the whole name of a column, so that it can be pasted.
  if (lines.length > 13 || lines.some((line) => line.length > 2000 && !line.startsWith("hint: ")))
    throw new Finding(`a long message: ${text.slice(0, 3000)}`);
  if (/[\0-\x08\x0b-\x1f\x7f]/.test(text))
    throw new Finding(`control characters in a message: ${JSON.stringify(text)}`);
  if (/\bundefined\b|\[object /.test(text.replace(/"[^"]*"/g, "")))
    throw new Finding(`a message with a value that is none: ${text}`);
}
