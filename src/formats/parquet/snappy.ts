import { snappyUncompressor } from "hysnappy";
import { ByteStream } from "./byte-stream.js";

/** Three compressed bytes are at most 64 bytes. */
const MAX_PER_BYTE = 64 / 3;

/** Created on first use, because it reserves gigabytes of address space. */
let uncompress: ReturnType<typeof snappyUncompressor> | null = null;

/**
 * Decompresses a block of raw Snappy to exactly `size` bytes. hysnappy allocates the claimed size, so an impossible one
 * is refused first.
 *
 * @see https://github.com/google/snappy/blob/main/format_description.txt
 * @throws {RangeError} for an invalid block.
 */
export function unpackSnappy(bytes: Uint8Array, size: number): Uint8Array<ArrayBuffer> {
  const claimed = new ByteStream(bytes).unsigned();
  if (claimed !== size || size > bytes.length * MAX_PER_BYTE) {
    throw new RangeError(`${bytes.length} bytes packed with snappy, of which ${claimed} should be ${size}`);
  }
  try {
    uncompress ??= snappyUncompressor();
    return uncompress(bytes, size) as Uint8Array<ArrayBuffer>;
  } catch (error) {
    throw new RangeError(`bytes that snappy cannot have packed: ${(error as Error).message}`);
  }
}
