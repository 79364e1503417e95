import { DataError } from "../core/errors.js";
import type { RandomAccess } from "./random-access.js";

/** A file in a zip archive. */
export interface ZipEntry {
  readonly name: string;
  /** 0: stored; 8: deflated. */
  readonly method: number;
  readonly checksum: number;
  /** Size in bytes in the archive. */
  readonly compressedSize: number;
  readonly size: number;
  /** Offset of its local header. */
  readonly offset: number;
}

const END = 0x06054b50;
const END_BYTES = 22;
const MAX_COMMENT_BYTES = 0xffff;
const END_64 = 0x06064b50;
const LOCATOR_64 = 0x07064b50;
const LOCATOR_64_BYTES = 20;
const ENTRY = 0x02014b50;
const ENTRY_BYTES = 46;
const LOCAL = 0x04034b50;
const LOCAL_BYTES = 30;
const CHUNK_BYTES = 1 << 18;

/**
 * Lists the files in a zip archive, including zip64.
 *
 * @see https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 * @throws {DataError} naming the byte offset of damaged data.
 */
export async function readZipEntries(file: RandomAccess): Promise<ZipEntry[]> {
  const { start, size, count } = await readDirectoryPlace(file);
  const directory = await readExactly(file, start, size);
  const entries: ZipEntry[] = [];
  for (let at = 0; entries.length < count; ) {
    if (at + ENTRY_BYTES > size || directory.readUInt32LE(at) !== ENTRY) throw damaged(file, "an entry", start + at);
    const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((field) => directory.readUInt16LE(at + field));
    const nameEnd = at + ENTRY_BYTES + nameBytes;
    const end = nameEnd + extraBytes + commentBytes;
    if (end > size) throw damaged(file, "a whole entry", start + at);
    const long = longFields(directory.subarray(nameEnd, nameEnd + extraBytes));
    // In zip64, a field of all ones is stored in the extra field instead, in this order.
    const [entrySize, compressedSize, offset] = [24, 20, 42].map((field) => {
      const value = directory.readUInt32LE(at + field);
      return value === 0xffffffff ? long() : value;
    });
    if (offset + LOCAL_BYTES + compressedSize > file.size) throw damaged(file, "an entry within the file", start + at);
    entries.push({
      name: directory.toString("utf8", at + ENTRY_BYTES, nameEnd),
      method: directory.readUInt16LE(at + 10),
      checksum: directory.readUInt32LE(at + 16),
      compressedSize,
      size: entrySize,
      offset,
    });
    at = end;
  }
  return entries;
}

/**
 * Returns the decompressed bytes of a file in a zip archive.
 *
 * @throws {DataError} for a method other than deflate, and for data that does not match its checksum.
 */
export async function* zipEntryBytes(file: RandomAccess, entry: ZipEntry): AsyncGenerator<Uint8Array> {
  const { name, method, offset, checksum, size } = entry;
  const local = await readExactly(file, offset, LOCAL_BYTES);
  if (local.readUInt32LE(0) !== LOCAL) throw damaged(file, `the header of ${name}`, offset);
  const start = offset + LOCAL_BYTES + local.readUInt16LE(26) + local.readUInt16LE(28);
  if (method !== 0 && method !== 8) throw damaged(file, `stored or deflated data in ${name}`, offset + 8);
  const zlib = await import("node:zlib");
  // Available in Node 20.15 and later.
  const { crc32 } = zlib as Partial<typeof zlib>;
  const stored = compressedBytes(file, start, entry.compressedSize);
  const bytes = method === 0 ? stored : inflated(stored, () => damaged(file, `deflated data in ${name}`, start));
  let [done, sum] = [0, 0];
  for await (const chunk of bytes) {
    done += chunk.length;
    sum = crc32?.(chunk, sum) ?? checksum;
    yield chunk;
  }
  if (done !== size || sum !== checksum) throw damaged(file, `the data of ${name} with its checksum`, start);
}

/** Finds the central directory from the record at the end of the file. */
async function readDirectoryPlace(file: RandomAccess): Promise<{ start: number; size: number; count: number }> {
  const tailStart = Math.max(0, file.size - END_BYTES - MAX_COMMENT_BYTES);
  const tail = await readExactly(file, tailStart, file.size - tailStart);
  let at = tail.length - END_BYTES;
  while (at >= 0 && tail.readUInt32LE(at) !== END) at--;
  if (at < 0) throw damaged(file, "the end of a zip file", file.size);
  const locator = at - LOCATOR_64_BYTES;
  const isLong = locator >= 0 && tail.readUInt32LE(locator) === LOCATOR_64;
  const place = isLong
    ? await readLongPlace(file, Number(tail.readBigUInt64LE(locator + 8)))
    : { count: tail.readUInt16LE(at + 10), size: tail.readUInt32LE(at + 12), start: tail.readUInt32LE(at + 16) };
  if (place.start + place.size <= file.size) return place;
  throw damaged(file, "a list of entries within the file", tailStart + at);
}

async function readLongPlace(file: RandomAccess, offset: number) {
  const end = await readExactly(file, offset, 56);
  if (end.readUInt32LE(0) !== END_64) throw damaged(file, "the end of a large zip file", offset);
  const [count, size, start] = [32, 40, 48].map((field) => Number(end.readBigUInt64LE(field)));
  return { count, size, start };
}

/** Returns a function that reads the next 64-bit number of the zip64 extra field; 0xffffffff after the last. */
function longFields(extra: Buffer): () => number {
  let at = 0;
  while (at + 4 <= extra.length && extra.readUInt16LE(at) !== 1) at += 4 + extra.readUInt16LE(at + 2);
  at += 4;
  return () => {
    if (at + 8 > extra.length) return 0xffffffff;
    at += 8;
    return Number(extra.readBigUInt64LE(at - 8));
  };
}

async function* compressedBytes(file: RandomAccess, start: number, size: number): AsyncGenerator<Uint8Array> {
  for (let done = 0; done < size; done += CHUNK_BYTES) {
    yield await readExactly(file, start + done, Math.min(CHUNK_BYTES, size - done));
  }
}

async function* inflated(bytes: AsyncIterable<Uint8Array>, error: () => DataError): AsyncGenerator<Uint8Array> {
  const [{ createInflateRaw }, { pipeline }] = await Promise.all([import("node:zlib"), import("node:stream")]);
  try {
    yield* pipeline(bytes, createInflateRaw({ chunkSize: CHUNK_BYTES }), () => {});
  } catch (cause) {
    throw (cause as NodeJS.ErrnoException).code?.startsWith("Z_") ? error() : cause;
  }
}

async function readExactly(file: RandomAccess, offset: number, length: number): Promise<Buffer> {
  if (offset + length > file.size) throw damaged(file, `${length} bytes`, offset);
  const bytes = Buffer.alloc(length);
  if ((await file.read(bytes, offset)) < length) throw damaged(file, `${length} bytes`, offset);
  return bytes;
}

function damaged({ name, size }: RandomAccess, expected: string, offset: number): DataError {
  const found = offset >= size ? "the end of the file" : "other bytes";
  const hint = "was the file cut short or changed?";
  return new DataError(`${name}: expected ${expected} at byte offset ${offset}, found ${found}`, hint);
}
