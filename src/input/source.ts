import { createReadStream, readFileSync, statSync } from "node:fs";
import { DataError } from "../core/errors.js";
import { inflatedBytes, MAGIC_BYTES, type Packing, packingOf } from "./compression.js";

/** Bytes with a name: a file, stdin, or anything that a library caller streams. */
export interface Source {
  /** How messages call it: the path, or `stdin`. */
  readonly name: string;
  readonly bytes: AsyncIterable<Uint8Array>;
  /** The same bytes as a file, for readers that want several places of it at once. */
  readonly file?: SourceFile;
  /** How the bytes were packed; known once the first of them have been read. */
  readonly packed?: { by: Packing["name"] | null };
}

/** A file that can be read from any place. */
export interface SourceFile {
  readonly path: string;
  /** Hears of bytes that have been read. */
  readonly onRead: OnRead;
}

/** Hears how many more bytes have been read, before they are inflated. */
export type OnRead = (bytes: number) => void;

const CHUNK_BYTES = 1 << 18;

/**
 * Opens a file, packed with gzip or zstd or not (told by its first bytes, not by its name).
 *
 * @param path a path; devices, pipes and `/dev/fd/N` are read as they come.
 * @throws {DataError} from `bytes`, naming the file, when it is missing, unreadable, a directory or damaged.
 */
export function openFile(path: string, onRead: OnRead = () => {}): Source {
  return { ...openStream(path, readFile(path), onRead), file: { path, onRead } };
}

/** The same for a stream that is open already, such as stdin. */
export function openStream(name: string, bytes: AsyncIterable<Uint8Array>, onRead: OnRead = () => {}): Source {
  const packed = { by: null };
  return { name, bytes: inflated(name, counted(bytes, onRead), packed), packed };
}

async function* counted(bytes: AsyncIterable<Uint8Array>, onRead: OnRead): AsyncGenerator<Uint8Array> {
  for await (const chunk of bytes) {
    onRead(chunk.length);
    yield chunk;
  }
}

/** The bytes of a file from some place on. */
export function readFrom(path: string, start: number): AsyncIterable<Uint8Array> {
  return readFile(path, start);
}

async function* readFile(path: string, start = 0): AsyncGenerator<Uint8Array> {
  try {
    const stats = statSync(path);
    if (stats.isDirectory()) throw readError(path, { code: "EISDIR" });
    // What is read at once needs no stream.
    if (stats.isFile() && stats.size <= CHUNK_BYTES) return yield readFileSync(path).subarray(start);
    // Without a start, which a pipe does not have.
    yield* createReadStream(path, { ...(start > 0 && { start }), highWaterMark: CHUNK_BYTES });
  } catch (error) {
    throw readError(path, error);
  }
}

const READ_ERRORS: Record<string, [string, string?]> = {
  ENOENT: ["no such file", "is the path right from this folder?"],
  ENOTDIR: ["no such file", "a part of the path is a file, not a folder"],
  ENAMETOOLONG: ["no such file", "the file name is too long for the file system"],
  ELOOP: ["no such file", "its symbolic links form a loop; ls -l shows their targets"],
  EACCES: ["cannot be read: permission denied", "ls -l shows who may read it"],
  EPERM: ["cannot be read: permission denied", "ls -l shows who may read it"],
  EISDIR: ["expected a file, found a directory", "name a file in it"],
};

/** What to throw for an error of the system while `name` was read. */
export function readError(name: string, error: unknown): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  if (error instanceof DataError || code === undefined) return error;
  const [text, hint] = READ_ERRORS[code] ?? [`cannot be read: ${message}`];
  return new DataError(`${name}: ${text}`, hint, { cause: error });
}

async function* inflated(
  name: string,
  bytes: AsyncIterable<Uint8Array>,
  packed: { by: Packing["name"] | null },
): AsyncGenerator<Uint8Array> {
  const iterator = bytes[Symbol.asyncIterator]();
  let head: Uint8Array = new Uint8Array(0);
  while (head.length < MAGIC_BYTES) {
    const { done, value } = await iterator.next();
    if (done) break;
    head = head.length === 0 ? value : Buffer.concat([head, value]);
  }
  const whole = resumed(head, iterator);
  const packing = packingOf(head);
  packed.by = packing?.name ?? null;
  if (packing) yield* inflatedBytes(name, whole, packing, CHUNK_BYTES);
  else yield* whole;
}

/** `head`, then whatever `iterator` still has; leaving early closes the iterator. */
export async function* resumed(head: Uint8Array, iterator: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    if (head.length > 0) yield head;
    for (;;) {
      const { done, value } = await iterator.next();
      if (done) return;
      yield value;
    }
  } finally {
    await iterator.return?.();
  }
}
