import { ByteStream } from "./byte-stream.js";

/** A block of deltas: their minimum, in two halves of 32 bits, and the bit width of each miniblock. */
interface Block {
  readonly low: number;
  readonly high: number;
  readonly widths: Uint8Array;
}

/**
 * Decodes DELTA_BINARY_PACKED integers on demand: equal deltas take no memory.
 *
 * @see https://parquet.apache.org/docs/file-format/data-pages/encodings/#DELTAENC
 */
export class DeltaReader {
  /** Offset of the first byte after the numbers. */
  readonly end: number;
  private readonly stream: ByteStream;
  private readonly miniblocks: number;
  /** Number of values in a miniblock. */
  private readonly perMiniblock: number;
  private block: Block = { low: 0, high: 0, widths: new Uint8Array(0) };
  private miniblock = 0;
  /** Number of values left in the miniblock, and the bit offset of the next one. */
  private inMiniblock = 0;
  private bit = 0;
  private isFirst = true;
  /** The current value, in two halves of 32 bits. */
  private low: number;
  private high: number;

  /** @throws {RangeError} when the bytes hold fewer than `count` values. */
  constructor(bytes: Uint8Array, count: number) {
    const stream = new ByteStream(bytes);
    const blockSize = stream.unsigned();
    this.miniblocks = stream.unsigned();
    this.perMiniblock = blockSize / this.miniblocks;
    const total = stream.unsigned();
    if (total < count) throw new RangeError(`${total} values in the place of ${count}`);
    if (!(Number.isInteger(this.perMiniblock) && this.perMiniblock > 0 && this.perMiniblock % 8 === 0)) {
      throw new RangeError(`blocks of ${blockSize} values in ${this.miniblocks} parts`);
    }
    [this.low, this.high] = halvesOf(stream.signed());
    this.stream = stream;
    const start = stream.at;
    for (let left = total - 1; left > 0; left -= blockSize) {
      const { widths } = this.nextBlock();
      // The widths of miniblocks without values are undefined.
      for (let i = 0; i < widths.length && i * this.perMiniblock < left; i++) {
        if (widths[i] > 64) throw new RangeError("differences of more than 64 bits");
        stream.skip((widths[i] * this.perMiniblock) / 8);
      }
    }
    this.end = stream.at;
    stream.at = start;
  }

  /** Fills `halves` with the next values, the lower half of each before the upper half. */
  read(halves: Int32Array): void {
    for (let i = 0; i < halves.length; i += 2) {
      if (!this.isFirst) this.step();
      this.isFirst = false;
      halves[i] = this.low;
      halves[i + 1] = this.high;
    }
  }

  /** Adds the next delta, with two's-complement overflow. */
  private step(): void {
    if (this.inMiniblock === 0) this.nextMiniblock();
    const { low, high, widths } = this.block;
    const width = widths[this.miniblock];
    const lowWidth = Math.min(width, 32);
    const sum = (this.low >>> 0) + low + this.bits(this.bit, lowWidth);
    this.high = (this.high + high + this.bits(this.bit + lowWidth, width - lowWidth) + Math.floor(sum / 2 ** 32)) | 0;
    this.low = sum | 0;
    this.bit += width;
    this.inMiniblock--;
  }

  private nextMiniblock(): void {
    const { stream } = this;
    const { widths } = this.block;
    if (this.miniblock < widths.length) stream.skip((widths[this.miniblock] * this.perMiniblock) / 8);
    this.miniblock++;
    if (this.miniblock >= widths.length) {
      this.block = this.nextBlock();
      this.miniblock = 0;
    }
    this.inMiniblock = this.perMiniblock;
    this.bit = 0;
  }

  private nextBlock(): Block {
    const { stream, miniblocks } = this;
    const [low, high] = halvesOf(stream.signed());
    const widths = stream.bytes.subarray(stream.at, stream.at + miniblocks);
    stream.skip(miniblocks);
    return { low: low >>> 0, high, widths };
  }

  /** Returns `width` bits of the miniblock, at most 32, from a bit offset. */
  private bits(bit: number, width: number): number {
    const { bytes, at } = this.stream;
    let value = 0;
    for (let done = 0; done < width; ) {
      const inByte = (bit + done) % 8;
      const taken = Math.min(8 - inByte, width - done);
      value += ((bytes[at + Math.floor((bit + done) / 8)] >> inByte) & (2 ** taken - 1)) * 2 ** done;
      done += taken;
    }
    return value;
  }
}

function halvesOf(value: bigint): [low: number, high: number] {
  return [Number(BigInt.asIntN(32, value)), Number(BigInt.asIntN(32, value >> 32n))];
}
