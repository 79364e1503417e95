import type { Transform } from "node:stream";
import { DataError } from "../core/errors.js";
import { ZstdFrames } from "./zstd-frames.js";

/** A way to pack a file that is read as it is. */
export interface Packing {
  readonly name: "gzip" | "zstd";
  /** What unpacks it in a shell. */
  readonly command: string;
  readonly magic: readonly number[];
}

const PACKINGS: readonly Packing[] = [
  { name: "gzip", command: "gzip -dc", magic: [0x1f, 0x8b] },
  { name: "zstd", command: "zstd -dc", magic: [0x28, 0xb5, 0x2f, 0xfd] },
];

/** So many first bytes tell the packing. */
export const MAGIC_BYTES = 4;

/** How a file is packed, by its first bytes; null where it is not. */
export function packingOf(head: Uint8Array): Packing | null {
  return PACKINGS.find(({ magic }) => magic.every((byte, i) => head[i] === byte)) ?? null;
}

/** What zlib has beside gzip from Node 22.15 and 23.8 on; the types are those of Node 20. */
interface Zstd {
  createZstdDecompress?(options: { chunkSize: number }): Transform;
  zstdDecompressSync?(bytes: Uint8Array): Uint8Array;
}

/** One byte in a frame (RFC 8878). */
const FRAME = [0x28, 0xb5, 0x2f, 0xfd, 0x20, 1, 9, 0, 0, 0];

/** Whether this Node decompresses all frames of zstd data: 22 and 24 stop behind the first one, 26 does not. */
const readsAllFrames = ({ zstdDecompressSync }: Zstd) =>
  zstdDecompressSync?.(Uint8Array.from([...FRAME, ...FRAME])).length === 2;

/**
 * Packed bytes, inflated.
 *
 * @throws {DataError} for damaged data, and where this Node cannot inflate it.
 */
export async function* inflatedBytes(
  name: string,
  bytes: AsyncIterable<Uint8Array>,
  packing: Packing,
  chunkSize: number,
): AsyncGenerator<Uint8Array> {
  const [zlib, { pipeline }] = await Promise.all([import("node:zlib"), import("node:stream")]);
  const createZstd = (zlib as Zstd).createZstdDecompress;
  if (packing.name === "zstd" && !createZstd) {
    const found = "found zstd, which Node has from 22.15 on";
    throw new DataError(`${name}: expected data that this Node can read, ${found}`, unpackHint(name, packing));
  }
  const frames = packing.name === "zstd" ? new ZstdFrames() : null;
  const inflate = frames && createZstd ? createZstd({ chunkSize }) : zlib.createGunzip({ chunkSize });
  try {
    yield* pipeline(frames ? followed(bytes, frames) : bytes, inflate, () => {});
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (!code?.startsWith("Z")) throw error;
    throw damaged(name, packing, message);
  }
  if (frames && !frames.isWhole) throw damaged(name, packing, "the last frame is not whole");
  if (frames && frames.count > 1 && !readsAllFrames(zlib as Zstd)) {
    throw new DataError(`${name}: expected one frame of zstd, found ${frames.count}`, unpackHint(name, packing));
  }
}

const unpackHint = (name: string, { command }: Packing) =>
  `unpack it on the way: ${command} ${name === "stdin" ? "" : `${name} `}| simcli …`;

async function* followed(bytes: AsyncIterable<Uint8Array>, frames: ZstdFrames): AsyncGenerator<Uint8Array> {
  for await (const chunk of bytes) {
    frames.add(chunk);
    yield chunk;
  }
}

function damaged(name: string, packing: Packing, message: string): DataError {
  return new DataError(
    `${name}: expected ${packing.name} data, found damaged data (${message})`,
    "was the file cut short?",
  );
}
