import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { DataError } from "../errors.js";

/** Bytes with a name: a file, stdin, or anything that a library caller streams. */
export interface Source {
  /** How messages call it: the path, or `stdin`. */
  readonly name: string;
  readonly bytes: AsyncIterable<Uint8Array>;
  /** The same bytes as a file, for readers that want several places of it at once. */
  readonly file?: SourceFile;
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
 * Opens a file of text, gzip or not (told by its first bytes, not by its name).
 *
 * @param path a path; devices, pipes and `/dev/fd/N` are read as they come.
 * @throws {DataError} from `bytes`, naming the file, when it is missing, unreadable, a directory or damaged gzip.
 */
export function openFile(path: string, onRead: OnRead = () => {}): Source {
  return { name: path, bytes: inflated(path, counted(readFile(path), onRead)), file: { path, onRead } };
}

/** The same for a stream that is open already, such as stdin. */
export function openStream(name: string, bytes: AsyncIterable<Uint8Array>, onRead: OnRead = () => {}): Source {
  return { name, bytes: inflated(name, counted(bytes, onRead)) };
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
    if ((await stat(path)).isDirectory()) throw new DataError(`${path}: expected a file, found a directory`);
    // Without a start, which a pipe does not have.
    yield* createReadStream(path, { ...(start > 0 && { start }), highWaterMark: CHUNK_BYTES });
  } catch (error) {
    throw readError(path, error);
  }
}

const READ_ERRORS: Record<string, [string, string?]> = {
  ENOENT: ["no such file", "is the path right from this folder?"],
  ENOTDIR: ["no such file", "a part of the path is a file, not a folder"],
  EACCES: ["cannot be read: permission denied"],
  EPERM: ["cannot be read: permission denied"],
  EISDIR: ["expected a file, found a directory"],
};

/** What to throw for an error of the system while `name` was read. */
export function readError(name: string, error: unknown): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  if (error instanceof DataError || code === undefined) return error;
  const [text, hint] = READ_ERRORS[code] ?? [`cannot be read: ${message}`];
  return new DataError(`${name}: ${text}`, hint, { cause: error });
}

/** The first bytes of a file, inflated as far as they go; whoever reads on tells of damage. */
export async function inflatedHead(head: Uint8Array): Promise<Uint8Array> {
  if (!isGzip(head)) return head;
  const { constants, gunzipSync } = await import("node:zlib");
  try {
    return gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH });
  } catch {
    return new Uint8Array(0);
  }
}

/** Whether bytes that begin so have to be inflated from their start. */
export const isPacked = (head: Uint8Array) => isGzip(head);

const isGzip = (head: Uint8Array) => head[0] === 0x1f && head[1] === 0x8b;

async function* inflated(name: string, bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const iterator = bytes[Symbol.asyncIterator]();
  let head: Uint8Array = new Uint8Array(0);
  while (head.length < 2) {
    const { done, value } = await iterator.next();
    if (done) break;
    head = head.length === 0 ? value : Buffer.concat([head, value]);
  }
  const whole = resumed(head, iterator);
  if (isGzip(head)) yield* gunzipped(name, whole);
  else yield* whole;
}

async function* gunzipped(name: string, bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const [{ createGunzip }, { pipeline }] = await Promise.all([import("node:zlib"), import("node:stream")]);
  try {
    yield* pipeline(bytes, createGunzip({ chunkSize: CHUNK_BYTES }), () => {});
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (!code?.startsWith("Z_")) throw error;
    throw new DataError(`${name}: expected gzip data, found damaged data (${message})`, "was the file cut short?");
  }
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
