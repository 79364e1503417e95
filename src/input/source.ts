import { closeSync, createReadStream, openSync, readFileSync, readSync, statSync } from "node:fs";
import { DataError } from "../core/errors.js";
import { type Compression, compressionOf, inflatedBytes, MAGIC_BYTES } from "./compression.js";
import { namedArray } from "./named-array.js";

/** A named stream of bytes: a file, stdin, or a stream of a library caller. */
export interface Source {
  /** The path with the name of the array, or `stdin`, for messages. */
  readonly name: string;
  readonly bytes: AsyncIterable<Uint8Array>;
  /** The same bytes as a file, for random access. */
  readonly file?: SourceFile;
  /** The array in the file that holds the vectors; it takes precedence over the option `vectorColumn`. */
  readonly array?: string;
  /** For an array in a file of several, the file and the name of the array. */
  readonly member?: { readonly file: string; readonly array: string };
  /** The compression, known after the first bytes have been read. */
  readonly packed?: { by: Compression["name"] | null };
}

/** A file that can be read from any offset. */
export interface SourceFile {
  readonly path: string;
  readonly onRead: OnRead;
}

/** Receives the number of bytes read, before decompression, after each read. */
export type OnRead = (bytes: number) => void;

const CHUNK_BYTES = 1 << 18;

/**
 * Opens a file; gzip and zstd are detected by the first bytes and decompressed.
 *
 * @param text a path, or `FILE#NAME` for an array in a file; devices, pipes and `/dev/fd/N` are read as streams.
 * @throws {DataError} from `bytes`, naming the file, when it is missing, unreadable, a directory or damaged.
 */
export function openFile(text: string, onRead: OnRead = () => {}): Source {
  const { path, array } = namedArray(text);
  const file = { path, onRead };
  return { ...openStream(text, readFile(path), onRead), file, ...(array !== undefined && { array }) };
}

/** Opens a stream, such as stdin, like {@link openFile}. */
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

/** Returns the bytes of a file from an offset on. */
export function readFrom(path: string, start: number): AsyncIterable<Uint8Array> {
  return readFile(path, start);
}

async function* readFile(path: string, start = 0): AsyncGenerator<Uint8Array> {
  try {
    const stats = statSync(path);
    if (stats.isDirectory()) throw readError(path, { code: "EISDIR" });
    // A small file is read at once: creating a stream takes longer.
    if (stats.isFile() && stats.size <= CHUNK_BYTES) return yield readFileSync(path).subarray(start);
    // A pipe must be opened without a start offset.
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

/** Converts a system error from reading `name` to a DataError; returns other errors unchanged. */
export function readError(name: string, error: unknown): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  if (error instanceof DataError || code === undefined) return error;
  const [text, hint] = READ_ERRORS[code] ?? [`cannot be read: ${message}`];
  return new DataError(`${name}: ${text}`, hint, { cause: error });
}

async function* inflated(
  name: string,
  bytes: AsyncIterable<Uint8Array>,
  packed: { by: Compression["name"] | null },
): AsyncGenerator<Uint8Array> {
  const iterator = bytes[Symbol.asyncIterator]();
  let head: Uint8Array = new Uint8Array(0);
  while (head.length < MAGIC_BYTES) {
    const { done, value } = await iterator.next();
    if (done) break;
    head = head.length === 0 ? value : Buffer.concat([head, value]);
  }
  const whole = resumed(head, iterator);
  const detected = compressionOf(head);
  packed.by = detected?.name ?? null;
  if (detected) yield* inflatedBytes(name, whole, detected);
  else yield* whole;
}

/** Yields `head`, then the rest of `iterator`; closes the iterator when abandoned. */
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
  const { head: first } = await firstBytes(chunks, HEAD_BYTES);
  const whole = { ...stream, bytes: resumed(first, chunks) };
  return { head: first.subarray(0, HEAD_BYTES), source: file && !head ? { ...whole, file } : whole };
}

/** Reads a source to its end. */
export async function wholeFile({ bytes }: Pick<Source, "bytes">): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of bytes) parts.push(part);
  return Buffer.concat(parts);
}

/** Returns the first bytes of a stream, at least `count` if there are as many, and whether they are all. */
export async function firstBytes(
  chunks: AsyncIterator<Uint8Array>,
  count: number,
): Promise<{ head: Uint8Array; isWhole: boolean }> {
  const parts: Uint8Array[] = [];
  const joined = () => (parts.length === 1 ? parts[0] : Buffer.concat(parts));
  for (let length = 0; length < count; ) {
    const { done, value } = await chunks.next();
    if (done) return { head: joined(), isWhole: true };
    parts.push(value);
    length += value.length;
  }
  return { head: joined(), isWhole: false };
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
