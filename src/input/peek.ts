import { closeSync, openSync, readSync, statSync } from "node:fs";
import { compressionOf } from "./compression.js";
import { resumed, type Source } from "./source.js";

const HEAD_BYTES = 4096;

/** The first bytes of a source, decompressed, and a source that still starts with them. */
export interface Peeked {
  readonly head: Uint8Array;
  readonly source: Source;
}

/**
 * Returns the first bytes of a source for format detection. A regular file is opened separately, so that its source
 * stays unread; the source of a compressed file is returned as a stream, because it cannot be read from any offset.
 *
 * @throws {DataError} for a file that cannot be read, or is damaged.
 */
export async function peek(source: Source): Promise<Peeked> {
  const head = source.file && headOfFile(source.file.path);
  if (head && !compressionOf(head)) return { head, source };
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

/** Returns null for anything but a readable regular file; reading the stream reports the error. */
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
