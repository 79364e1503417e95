import { closeSync, openSync, readSync, statSync } from "node:fs";
import { inflatedHead, resumed, type Source } from "./open.js";

const HEAD_BYTES = 4096;

/** The first bytes of a source, inflated, and the same source from its start. */
export interface Peeked {
  readonly head: Uint8Array;
  readonly source: Source;
}

/**
 * Looks at the first bytes of a source, which tell its format; a regular file is looked at beside its stream.
 *
 * @throws {DataError} for a file that cannot be read, or is damaged gzip.
 */
export async function peek(source: Source): Promise<Peeked> {
  const head = source.file && headOfFile(source.file.path);
  if (head) return { head: await inflatedHead(head), source };
  const chunks = source.bytes[Symbol.asyncIterator]();
  let first: Uint8Array = new Uint8Array(0);
  // The first chunk of a pipe may be a few bytes.
  while (first.length < HEAD_BYTES) {
    const { done, value } = await chunks.next();
    if (done) break;
    first = first.length === 0 ? value : Buffer.concat([first, value]);
  }
  return { head: first.subarray(0, HEAD_BYTES), source: { ...source, bytes: resumed(first, chunks) } };
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
