import { closeSync, openSync, readSync, statSync } from "node:fs";
import { packingOf } from "./compression.js";
import { resumed, type Source } from "./source.js";

const HEAD_BYTES = 4096;

/** The first bytes of a source, inflated, and the same source from its start. */
export interface Peeked {
  readonly head: Uint8Array;
  readonly source: Source;
}

/**
 * Looks at the first bytes of a source, which tell its format; a regular file is looked at beside its stream.
 * A packed file can be read only from its start, so that its source comes back as a stream alone.
 *
 * @throws {DataError} for a file that cannot be read, or is damaged.
 */
export async function peek(source: Source): Promise<Peeked> {
  const head = source.file && headOfFile(source.file.path);
  if (head && !packingOf(head)) return { head, source };
  const { file, ...stream } = source;
  const chunks = source.bytes[Symbol.asyncIterator]();
  const first = await firstBytes(chunks);
  const whole = { ...stream, bytes: resumed(first, chunks) };
  return { head: first.subarray(0, HEAD_BYTES), source: file && !head ? { ...whole, file } : whole };
}

async function firstBytes(chunks: AsyncIterator<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for (let length = 0; length < HEAD_BYTES; ) {
    const { done, value } = await chunks.next();
    if (done) break;
    parts.push(value);
    length += value.length;
  }
  return parts.length === 1 ? parts[0] : Buffer.concat(parts);
}

/** Null for what is no regular file, or cannot be read: whoever streams it says what is wrong. */
function headOfFile(path: string): Uint8Array | null {
  try {
    if (!statSync(path).isFile()) return null;
    const fd = openSync(path, "r");
    try {
      const head = new Uint8Array(HEAD_BYTES);
      return head.subarray(0, readSync(fd, head, 0, HEAD_BYTES, 0));
    } finally {
      closeSync(fd);
    }
  } catch {
    return null;
  }
}
