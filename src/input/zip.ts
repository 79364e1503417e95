import { DataError } from "../errors.js";
import type { RandomAccess } from "./random-access.js";

/** A file in a ZIP archive. */
export interface ZipEntry {
  readonly name: string;
  readonly method: number;
  readonly compressedSize: number;
  readonly size: number;
  /** Where its local header begins. */
  readonly offset: number;
}

export const STORED = 0;
export const DEFLATED = 8;

const END = 0x06054b50;
const END_BYTES = 22;
const END64_LOCATOR = 0x07064b50;
const END64_LOCATOR_BYTES = 20;
const END64 = 0x06064b50;
const END64_BYTES = 56;
const ENTRY = 0x02014b50;
const ENTRY_BYTES = 46;
const LOCAL = 0x04034b50;
const LOCAL_BYTES = 30;
const LONGEST_COMMENT = 0xffff;
const ZIP64_FIELD = 1;
/** What stands for a number that needs the 64 bits of an extra field. */
const WIDE = 0xffffffff;
const MOST_DIRECTORY_BYTES = 1 << 28;

/**
 * The files in a ZIP archive, from the directory at its end; ZIP64 as well.
 *
 * @throws {DataError} for what is no such archive, or is damaged.
 * @see https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 */
export async function zipEntries(file: RandomAccess): Promise<ZipEntry[]> {
  const { entries, size, offset } = await directoryOf(file);
  if (size > MOST_DIRECTORY_BYTES || offset + size > file.size)
    throw damaged(file, offset, "a directory out of bounds");
  const directory = await bytesAt(file, offset, size);
  const found: ZipEntry[] = [];
  let at = 0;
  for (let i = 0; i < entries; i++) {
    if (at + ENTRY_BYTES > size || directory.readUInt32LE(at) !== ENTRY) {
      throw damaged(file, offset + at, "no entry of the directory");
    }
    const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((field) => directory.readUInt16LE(at + field));
    const nameEnd = at + ENTRY_BYTES + nameBytes;
    const extra = directory.subarray(nameEnd, nameEnd + extraBytes);
    const wide = wideNumbers(extra);
    const number = (field: number) => {
      const short = directory.readUInt32LE(at + field);
      return short === WIDE ? (wide.shift() ?? short) : short;
    };
    // The extra field has the wide numbers in this order.
    const entrySize = number(24);
    const compressedSize = number(20);
    found.push({
      name: directory.toString("utf8", at + ENTRY_BYTES, nameEnd),
      method: directory.readUInt16LE(at + 10),
      size: entrySize,
      compressedSize,
      offset: number(42),
    });
    at = nameEnd + extraBytes + commentBytes;
  }
  return found;
}

async function directoryOf(file: RandomAccess): Promise<{ entries: number; size: number; offset: number }> {
  const start = Math.max(0, file.size - END_BYTES - LONGEST_COMMENT);
  const tail = await bytesAt(file, start, file.size - start);
  let at = tail.length - END_BYTES;
  while (at >= 0 && tail.readUInt32LE(at) !== END) at--;
  if (at < 0) throw damaged(file, file.size, "no directory at the end");
  const locator = at - END64_LOCATOR_BYTES;
  if (locator >= 0 && tail.readUInt32LE(locator) === END64_LOCATOR) {
    const place = Number(tail.readBigUInt64LE(locator + 8));
    const end = place + END64_BYTES <= file.size ? await bytesAt(file, place, END64_BYTES) : null;
    if (end?.readUInt32LE(0) !== END64) throw damaged(file, place, "no ZIP64 directory");
    const [entries, size, offset] = [32, 40, 48].map((field) => Number(end.readBigUInt64LE(field)));
    return { entries, size, offset };
  }
  return { entries: tail.readUInt16LE(at + 10), size: tail.readUInt32LE(at + 12), offset: tail.readUInt32LE(at + 16) };
}

function wideNumbers(extra: Buffer): number[] {
  for (let at = 0; at + 4 <= extra.length; ) {
    const [id, size] = [extra.readUInt16LE(at), extra.readUInt16LE(at + 2)];
    if (id === ZIP64_FIELD) {
      const count = Math.floor(Math.min(size, extra.length - at - 4) / 8);
      return Array.from({ length: count }, (_, i) => Number(extra.readBigUInt64LE(at + 4 + 8 * i)));
    }
    at += 4 + size;
  }
  return [];
}

/** Where the bytes of an entry begin, behind its local header. */
export async function startOf(file: RandomAccess, { offset, compressedSize }: ZipEntry): Promise<number> {
  const isInside = offset + LOCAL_BYTES <= file.size;
  const local = isInside ? await bytesAt(file, offset, LOCAL_BYTES) : null;
  if (local?.readUInt32LE(0) !== LOCAL) throw damaged(file, offset, "no header of a file");
  const start = offset + LOCAL_BYTES + local.readUInt16LE(26) + local.readUInt16LE(28);
  if (start + compressedSize > file.size) throw damaged(file, start, "a file that is cut short");
  return start;
}

async function bytesAt(file: RandomAccess, offset: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  await file.read(bytes, offset);
  return bytes;
}

export function damaged({ name }: RandomAccess, offset: number, found: string): DataError {
  return new DataError(
    `${name}: expected a ZIP archive, found ${found} at byte offset ${offset}`,
    "was the file cut short?",
  );
}
