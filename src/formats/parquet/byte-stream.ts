/** Reads bytes and variable-length integers sequentially. */
export class ByteStream {
  at = 0;

  constructor(readonly bytes: Uint8Array) {}

  byte(): number {
    if (this.at >= this.bytes.length) throw new RangeError("the bytes end early");
    return this.bytes[this.at++];
  }

  /** Reads an unsigned LEB128 integer of at most 35 bits. */
  unsigned(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw new RangeError("a number has more than 35 bits");
  }

  /** Reads a zigzag-encoded signed integer of 64 bits. */
  signed(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.byte();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asIntN(64, (value >> 1n) ^ -(value & 1n));
    }
    throw new RangeError("a number has more than 64 bits");
  }

  skip(count: number): void {
    if (count > this.bytes.length - this.at) throw new RangeError("the bytes end early");
    this.at += count;
  }
}
