import { DataError } from "../core/errors.js";

const NEWLINE = 0x0a;
const MIN_BLOCK_BYTES = 1 << 16;
const MAX_LINE_BYTES = 1 << 26;

/**
 * Splits text into blocks of whole lines; adds a line feed at the end if it is missing.
 *
 * @throws {DataError} for a line longer than 64 MiB.
 */
export async function* lineBlocks(name: string, bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let parts: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of bytes) {
    const end = chunk.lastIndexOf(NEWLINE) + 1;
    if (end > 0 && length + end >= MIN_BLOCK_BYTES) {
      yield Buffer.concat([...parts, chunk.subarray(0, end)]);
      parts = end < chunk.length ? [chunk.slice(end)] : [];
      length = chunk.length - end;
    } else {
      parts.push(chunk.slice());
      length += chunk.length;
    }
    if (length > MAX_LINE_BYTES) throw new DataError(`${name}: expected lines of at most ${MAX_LINE_BYTES} bytes`);
  }
  if (length === 0) return;
  const rest = Buffer.concat(parts);
  yield rest[length - 1] === NEWLINE ? rest : Buffer.concat([rest, Buffer.of(NEWLINE)]);
}
