import { DataError } from "../../core/errors.js";
import { shellWord } from "../../core/shell-word.js";
import type { RowBatch } from "../../input/reader.js";
import { peek, type Source } from "../../input/source.js";
import { foreignFormat } from "./foreign-formats.js";

/**
 * Refuses a file of another format.
 *
 * @throws {DataError} always, with the command that converts the file, if there is one.
 */
export async function* refuseForeign(source: Source): AsyncGenerator<RowBatch> {
  yield* await refuse(source);
}

async function refuse(input: Source): Promise<AsyncIterable<RowBatch>> {
  const { head, source } = await peek(input);
  const { name, packed } = source;
  const format = foreignFormat(head, name.toLowerCase().replace(/\.(?:gz|zst)$/, ""));
  const file = name === "stdin" ? "FILE" : name;
  const command = format?.filter(file, head) ?? null;
  const message = `${name}: expected a format that simcli reads, found ${format?.what ?? "another one"}`;
  if (command === null) throw new DataError(message);
  // tar and R unpack gzip; other programs do not.
  if (!packed?.by || /^(?:tar|Rscript) /.test(command))
    throw new DataError(message, "this reads it", {
      filter: { file: name, command, ...(format?.onStdin && { onStdin: format.onStdin }) },
    });
  throw new DataError(message, `unpack it first: ${packed.by} -dk ${shellWord(file)}`);
}
