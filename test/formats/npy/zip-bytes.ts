import { deflateRawSync } from "node:zlib";

/** A file in a zip file. */
export interface Entry {
  readonly name: string;
  readonly data: Uint8Array;
  readonly method?: number;
  readonly checksum?: number;
  /** The decompressed size that the zip file claims. */
  readonly size?: number;
}

/** CRC-32 as defined in the appendix of the PNG specification, bit by bit. */
function crc32(bytes: Uint8Array): number {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  }
  return ~sum >>> 0;
}

/** Returns a zip file according to APPNOTE.TXT; in zip64, sizes and offsets are in the extra fields. */
export function zipOf(entries: readonly Entry[], { isLong = false, comment = "" } = {}): Buffer {
  const locals: Buffer[] = [];
  const centrals: Buffer[] = [];
  let offset = 0;
  for (const { name, data, method = 0, checksum = crc32(data), size = data.length } of entries) {
    const packed = method === 8 ? deflateRawSync(data) : Buffer.from(data);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(method, 8);
    local.writeUInt16LE(name.length, 26);
    const central = Buffer.alloc(46);
    central.writeUInt32LE(0x02014b50, 0);
    central.writeUInt16LE(method, 10);
    central.writeUInt32LE(checksum, 16);
    central.writeUInt16LE(name.length, 28);
    const numbers = [size, packed.length, offset];
    [24, 20, 42].forEach((field, i) => {
      central.writeUInt32LE(isLong ? 0xffffffff : numbers[i]!, field);
    });
    // An extra field of another type precedes that of zip64.
    const extra = Buffer.alloc(isLong ? 6 + 4 + 24 : 0);
    if (isLong) {
      extra.writeUInt16LE(0x5455, 0);
      extra.writeUInt16LE(2, 2);
      extra.writeUInt16LE(1, 6);
      extra.writeUInt16LE(24, 8);
      numbers.forEach((number, i) => {
        extra.writeBigUInt64LE(BigInt(number), 10 + 8 * i);
      });
    }
    central.writeUInt16LE(extra.length, 30);
    locals.push(local, Buffer.from(name), packed);
    centrals.push(central, Buffer.from(name), extra);
    offset += 30 + name.length + packed.length;
  }
  const directory = Buffer.concat(centrals);
  const long = Buffer.alloc(isLong ? 56 + 20 : 0);
  if (isLong) {
    long.writeUInt32LE(0x06064b50, 0);
    long.writeBigUInt64LE(BigInt(entries.length), 32);
    long.writeBigUInt64LE(BigInt(directory.length), 40);
    long.writeBigUInt64LE(BigInt(offset), 48);
    long.writeUInt32LE(0x07064b50, 56);
    long.writeBigUInt64LE(BigInt(offset + directory.length), 64);
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(isLong ? 0xffff : entries.length, 10);
  end.writeUInt32LE(isLong ? 0xffffffff : directory.length, 12);
  end.writeUInt32LE(isLong ? 0xffffffff : offset, 16);
  end.writeUInt16LE(comment.length, 20);
  return Buffer.concat([...locals, directory, long, end, Buffer.from(comment)]);
}
