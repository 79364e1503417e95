import { ByteStream } from "./byte-stream.js";

/** The best ratio: a copy element of 3 bytes produces up to 64. */
const MAX_PER_BYTE = 64 / 3;
/** From this number of bytes on, `set` is faster than a loop. */
const MIN_SET_BYTES = 40;

/**
 * Decompresses a block of raw Snappy to exactly `size` bytes.
 *
 * @see https://github.com/google/snappy/blob/main/format_description.txt
 * @throws {RangeError} for an invalid block.
 */
export function unpackSnappy(bytes: Uint8Array, size: number): Uint8Array<ArrayBuffer> {
  const stream = new ByteStream(bytes);
  const claimed = stream.unsigned();
  if (claimed !== size || size > bytes.length * MAX_PER_BYTE) {
    throw new RangeError(`${bytes.length} bytes packed with snappy, of which ${claimed} should be ${size}`);
  }
  const unpacked = new Uint8Array(size);
  let at = stream.at;
  let to = 0;
  while (at < bytes.length) {
    const tag = bytes[at++];
    const kind = tag & 3;
    const high = tag >> 2;
    // Number of bytes of the length or the offset after the tag.
    const more = kind === 0 ? Math.max(0, high - 59) : kind === 3 ? 4 : kind;
    if (more > bytes.length - at) throw new RangeError("packed bytes end early");
    let number = 0;
    for (let i = 0; i < more; i++) number += bytes[at++] * 2 ** (8 * i);
    if (kind === 0) {
      const length = 1 + (more > 0 ? number : high);
      if (length > bytes.length - at || length > size - to) throw new RangeError("packed bytes go on behind their end");
      if (length >= MIN_SET_BYTES) unpacked.set(bytes.subarray(at, at + length), to);
      else for (let i = 0; i < length; i++) unpacked[to + i] = bytes[at + i];
      at += length;
      to += length;
    } else {
      const length = kind === 1 ? 4 + (high & 7) : 1 + high;
      const offset = kind === 1 ? ((high >> 3) << 8) + number : number;
      if (offset === 0 || offset > to) throw new RangeError("packed bytes repeat what is not before them");
      if (length > size - to) throw new RangeError("packed bytes go on behind their end");
      // The source may overlap the destination: it then repeats.
      for (let i = 0; i < length; i++) unpacked[to + i] = unpacked[to + i - offset];
      to += length;
    }
  }
  if (to !== size) throw new RangeError(`${to} unpacked bytes in the place of ${size}`);
  return unpacked;
}
