/** First bytes of an LZ4 frame, and its flags. */
const MAGIC = 0x184d2204;
const VERSION_MASK = 0xc0;
const VERSION = 0x40;
const BLOCK_CHECKSUM = 0x10;
const CONTENT_SIZE = 0x08;
const CONTENT_CHECKSUM = 0x04;
const HAS_DICTIONARY = 0x01;
/** The bit of a block's size that marks bytes that are not compressed. */
const STORED = 0x80000000;

/** A byte of a block stands for at most 255 bytes. */
const MAX_RATIO = 255;

/** A count that fills these 4 bits continues in the next bytes. */
const LONG_COUNT = 15;
const MIN_MATCH = 4;

/**
 * Decompresses one LZ4 frame to exactly `size` bytes. Checksums, which Arrow does not write, are not compared.
 *
 * @throws {RangeError} for a damaged frame, and for a size that it cannot have.
 * @see https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md
 */
export function unpackLz4(frame: Uint8Array, size: number): Uint8Array<ArrayBuffer> {
  if (size > MAX_RATIO * frame.length) throw new RangeError(`${size} bytes in an LZ4 frame of ${frame.length} bytes`);
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  if (view.getUint32(0, true) !== MAGIC) throw new RangeError("no LZ4 frame");
  const flags = frame[4];
  if ((flags & VERSION_MASK) !== VERSION) throw new RangeError("an unknown version of LZ4");
  if (flags & HAS_DICTIONARY) throw new RangeError("an LZ4 dictionary, which is not there");
  const out = new Uint8Array(size);
  let at = 7 + (flags & CONTENT_SIZE ? 8 : 0);
  let end = 0;
  for (;;) {
    const stored = view.getUint32(at, true);
    at += 4;
    if (stored === 0) break;
    const block = frame.subarray(at, at + (stored & ~STORED));
    at += (stored & ~STORED) + (flags & BLOCK_CHECKSUM ? 4 : 0);
    if (at > frame.length) throw new RangeError("an LZ4 block is not whole");
    if (stored & STORED) {
      out.set(block, end);
      end += block.length;
    } else end = unpackBlock(block, out, end);
  }
  if (flags & CONTENT_CHECKSUM) at += 4;
  if (end !== size || at !== frame.length) throw new RangeError(`an LZ4 frame of ${end} bytes in the place of ${size}`);
  return out;
}

/**
 * Decompresses a block to `out` from `start` on; it may repeat bytes before `start`. Returns the end of its bytes.
 *
 * @see https://github.com/lz4/lz4/blob/dev/doc/lz4_Block_format.md
 */
function unpackBlock(block: Uint8Array, out: Uint8Array, start: number): number {
  let [at, end] = [0, start];
  const moreCount = () => {
    let count = LONG_COUNT;
    let byte: number;
    do {
      if (at >= block.length) throw new RangeError("an LZ4 block is not whole");
      byte = block[at++];
      count += byte;
    } while (byte === 255);
    return count;
  };
  while (at < block.length) {
    const token = block[at++];
    const literals = token >> 4 === LONG_COUNT ? moreCount() : token >> 4;
    if (at + literals > block.length || end + literals > out.length) throw new RangeError("LZ4 bytes beyond the end");
    for (const last = at + literals; at < last; ) out[end++] = block[at++];
    if (at === block.length) return end;
    if (at + 2 > block.length) throw new RangeError("an LZ4 block is not whole");
    const distance = block[at] | (block[at + 1] << 8);
    at += 2;
    const length = MIN_MATCH + ((token & 15) === LONG_COUNT ? moreCount() : token & 15);
    if (distance === 0 || distance > end) throw new RangeError("LZ4 bytes before the start");
    if (end + length > out.length) throw new RangeError("LZ4 bytes beyond the end");
    // A match may overlap itself, so that it is copied byte by byte.
    for (const last = end + length; end < last; end++) out[end] = out[end - distance];
  }
  return end;
}
