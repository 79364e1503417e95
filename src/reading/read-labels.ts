import { DataError } from "../core/errors.js";
import { textBytes } from "../input/encoding.js";
import type { Source } from "../input/source.js";

/**
 * Reads a file of class labels, one per line, without surrounding blanks.
 *
 * @throws {DataError} when there is no label, or an empty line between labels.
 */
export async function readLabels({ name, bytes }: Source): Promise<string[]> {
  const parts: Uint8Array[] = [];
  for await (const part of textBytes(name, bytes)) parts.push(part);
  const text = Buffer.concat(parts)
    .toString("utf8")
    .replace(/^\uFEFF/, "")
    .trimEnd();
  if (text === "")
    throw new DataError(
      `${name}: expected one label per line, found an empty file`,
      "did the program that wrote it fail?",
    );
  const labels = text.split(/\r\n|\n|\r/).map((line) => line.trim().replace(/^"(.*)"$/, "$1"));
  const empty = labels.indexOf("");
  if (empty >= 0)
    throw new DataError(`${name}:${empty + 1}: expected a label, found a blank line`, "every row needs a label");
  return labels;
}
