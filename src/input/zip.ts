import { pipeline } from "node:stream";
import * as zlib from "node:zlib";
import { type Entry, fromRandomAccessReaderPromise, RandomAccessReader, type ZipFile } from "yauzl";
import { DataError, SimcliError } from "../core/errors.js";
import { expectExpansion } from "./expansion.js";
import type { RandomAccess } from "./random-access.js";

/** A file in a zip file. */
export interface ZipEntry {
  readonly name: string;
  /** The decompressed bytes. Iterating throws a {@link DataError} for damage and for compression other than deflate. */
  readonly bytes: AsyncIterable<Uint8Array>;
}

const CHUNK_BYTES = 1 << 18;
const STORED = 0;

/**
 * Lists the files in a zip or zip64 file.
 *
 * @throws {DataError} for a damaged file.
 */
export async function readZipEntries(file: RandomAccess): Promise<ZipEntry[]> {
  try {
    const zip = await fromRandomAccessReaderPromise(new FileReader(file), file.size, { autoClose: false });
    const entries: ZipEntry[] = [];
    for await (const entry of zip.eachEntry()) {
      const bytes = { [Symbol.asyncIterator]: () => entryBytes(file, zip, entry) };
      entries.push({ name: entry.fileName, bytes });
    }
    return entries;
  } catch (error) {
    throw damaged(file, error);
  }
}

class FileReader extends RandomAccessReader {
  constructor(private readonly file: RandomAccess) {
    super();
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null) => void,
  ): void {
    readExactly(this.file, buffer.subarray(offset, offset + length), position).then(() => callback(null), callback);
  }
}

/** yauzl's own streams do not check checksums, and return 16 KB at a time, at half the speed. */
async function* entryBytes(file: RandomAccess, zip: ZipFile, entry: Entry): AsyncGenerator<Uint8Array> {
  // Node has the checksum from 20.15 on.
  const { crc32 }: Partial<typeof zlib> = zlib;
  let [size, checksum] = [0, 0];
  try {
    if (!entry.canDecodeFileData()) {
      const found = entry.isEncrypted() ? "encrypted data" : `compression method ${entry.compressionMethod}`;
      throw new DataError(`${file.name}/${entry.fileName}: expected stored or deflated data, found ${found}`);
    }
    const sizes = { packed: entry.compressedSize, unpacked: entry.uncompressedSize };
    expectExpansion(`${file.name}/${entry.fileName}`, sizes, () => [
      "unzip writes the file itself, which has no limit",
    ]);
    const { fileDataStart } = await zip.readLocalFileHeaderPromise(entry, { minimal: true });
    const packed = chunks(file, fileDataStart, fileDataStart + entry.compressedSize);
    const isStored = entry.compressionMethod === STORED;
    for await (const chunk of isStored ? packed : inflated(packed)) {
      size += chunk.length;
      if (size > entry.uncompressedSize) break;
      checksum = crc32?.(chunk, checksum) ?? entry.crc32;
      yield chunk;
    }
    if (size !== entry.uncompressedSize) throw new Error(`its size is not ${entry.uncompressedSize} bytes`);
    if (checksum !== entry.crc32) throw new Error("its checksum differs");
  } catch (error) {
    throw damaged(file, error, entry.fileName);
  }
}

const inflated = (bytes: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> =>
  pipeline(bytes, zlib.createInflateRaw({ chunkSize: CHUNK_BYTES }), () => {});

async function* chunks(file: RandomAccess, start: number, end: number): AsyncGenerator<Buffer> {
  for (let at = start; at < end; at += CHUNK_BYTES) {
    const chunk = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, end - at));
    await readExactly(file, chunk, at);
    yield chunk;
  }
}

async function readExactly(file: RandomAccess, target: Uint8Array, offset: number): Promise<void> {
  // Offsets that a file claims may be larger than any integer that Node can read at.
  const length = offset < file.size ? await file.read(target, offset) : 0;
  if (length < target.length)
    throw new Error(`expected ${target.length} bytes at byte offset ${offset}, found ${length}`);
}

function damaged({ name, size }: RandomAccess, error: unknown, entry?: string): unknown {
  const { message, code } = error as NodeJS.ErrnoException;
  if (error instanceof SimcliError || (code && !code.startsWith("Z_"))) return error;
  const place = entry === undefined ? name : `${name}/${entry}`;
  const found = `found damage in ${size} bytes: ${message.replace(/^./, (first) => first.toLowerCase())}`;
  return new DataError(`${place}: expected a sound zip file, ${found}`, "was the file cut short or changed?", {
    cause: error,
  });
}
