import type { Transform } from "node:stream";
import { DataError, type Filter } from "../core/errors.js";
import { shellWord } from "../core/shell-word.js";
import { expectExpansion } from "./expansion.js";
import { ZstdFrames } from "./zstd-frames.js";

/** A compression format of input files. */
export interface Compression {
  readonly name: "gzip" | "zstd";
  /** The shell command that decompresses it. */
  readonly command: string;
  readonly magic: readonly number[];
}

// The third byte of gzip is its only method, deflate: the first two alone can begin a file of numbers.
const COMPRESSIONS: readonly Compression[] = [
  { name: "gzip", command: "gzip -dc", magic: [0x1f, 0x8b, 8] },
  { name: "zstd", command: "zstd -dc", magic: [0x28, 0xb5, 0x2f, 0xfd] },
];

/** Number of bytes that identify the compression. */
export const MAGIC_BYTES = 4;

/** Detects the compression from the first bytes, at least two; null if there is none. */
export function compressionOf(head: Uint8Array): Compression | null {
  if (head.length < 2) return null;
  return COMPRESSIONS.find(({ magic }) => magic.every((byte, i) => i >= head.length || head[i] === byte)) ?? null;
}

/**
 * Decompression runs on a thread of its own. Chunks are large, and a few of them are decompressed ahead, so that this thread
 * does not wait for the one that reads the numbers.
 */
const STREAM_OPTIONS = { chunkSize: 1 << 20, highWaterMark: 1 << 22 };

/** Available in Node 22.15, 23.8 and later, but not in the types of Node 20. */
interface Zstd {
  createZstdDecompress?(options: typeof STREAM_OPTIONS): Transform;
  zstdDecompressSync?(bytes: Uint8Array): Uint8Array;
}

/** One byte in a frame (RFC 8878). */
const FRAME = [0x28, 0xb5, 0x2f, 0xfd, 0x20, 1, 9, 0, 0, 0];

/** Whether this Node decompresses all frames of zstd data: 22 and 24 stop after the first one, 26 does not. */
const readsAllFrames = ({ zstdDecompressSync }: Zstd) =>
  zstdDecompressSync?.(Uint8Array.from([...FRAME, ...FRAME])).length === 2;

/**
 * Decompresses bytes.
 *
 * @throws {DataError} for damaged data, and if this version of Node does not support the format.
 */
export async function* inflatedBytes(
  name: string,
  bytes: AsyncIterable<Uint8Array>,
  compression: Compression,
): AsyncGenerator<Uint8Array> {
  const [zlib, { pipeline }] = await Promise.all([import("node:zlib"), import("node:stream")]);
  const createZstd = (zlib as Zstd).createZstdDecompress;
  if (compression.name === "zstd" && !createZstd) {
    const found = "found zstd, which Node has from 22.15 on";
    throw new DataError(`${name}: expected data that this Node can read, ${found}`, ...unpacked(name, compression));
  }
  const frames = compression.name === "zstd" ? new ZstdFrames() : null;
  const inflate = frames && createZstd ? createZstd(STREAM_OPTIONS) : zlib.createGunzip(STREAM_OPTIONS);
  const sizes = { packed: 0, unpacked: 0 };
  try {
    for await (const chunk of pipeline(followed(bytes, sizes, frames), inflate, () => {})) {
      sizes.unpacked += chunk.length;
      expectExpansion(name, sizes, () => unpacked(name, compression));
      yield chunk;
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (!code?.startsWith("Z")) throw error;
    throw damaged(name, compression, message);
  }
  if (frames && !frames.isComplete) throw damaged(name, compression, "the last frame is incomplete");
  if (frames && frames.count > 1 && !readsAllFrames(zlib as Zstd)) {
    throw new DataError(`${name}: expected one frame of zstd, found ${frames.count}`, ...unpacked(name, compression));
  }
}

/** Returns the hint and the filter that unpacks a file. */
function unpacked(name: string, { command }: Compression): [hint: string, options: { filter: Filter }] {
  const file = name === "stdin" ? "FILE" : name;
  return [
    "this unpacks it on the way",
    { filter: { file: name, command: `${command} ${shellWord(file)}`, onStdin: command } },
  ];
}

async function* followed(
  bytes: AsyncIterable<Uint8Array>,
  sizes: { packed: number },
  frames: ZstdFrames | null,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of bytes) {
    sizes.packed += chunk.length;
    frames?.add(chunk);
    yield chunk;
  }
}

function damaged(name: string, compression: Compression, message: string): DataError {
  return new DataError(
    `${name}: expected ${compression.name} data, found damaged data (${message})`,
    "was the file cut short?",
  );
}
