import * as zlib from "node:zlib";
import { DataError } from "../../core/errors.js";
import { damaged, decodeAt } from "./damage.js";
import { unpackLz4 } from "./lz4.js";
import type { Region } from "./slots.js";
import type { Span } from "./tape.js";

type Bytes = Uint8Array<ArrayBuffer>;

/** The identifiers of the codecs. */
const LZ4 = 0;
const ZSTD = 1;
/** Length of the size before compressed bytes; this size marks bytes that are not compressed. */
const SIZE_BYTES = 8;
const NOT_COMPRESSED = -1;

type Unpack = (bytes: Bytes, size: number) => Bytes;
type Decompress = (bytes: Bytes, limit: { maxOutputLength: number }) => Bytes;

// Available in Node 22.15 and later.
const zstd = (zlib as { zstdDecompressSync?: Decompress }).zstdDecompressSync;

const UNPACK: { readonly [codec: number]: Unpack | undefined } = {
  [LZ4]: unpackLz4,
  ...(zstd && { [ZSTD]: (bytes: Bytes, size: number) => zstd(bytes, { maxOutputLength: size }) }),
};

/** The buffers of a record batch. */
export class Buffers {
  private readonly unpacked = new Map<Region, Bytes>();

  /**
   * @param file the name of the file.
   * @param codec the codec of the buffers; null if they are not compressed.
   */
  constructor(
    private readonly file: string,
    private readonly body: Span,
    private readonly codec: number | null,
  ) {}

  /**
   * Returns bytes of a buffer, which start their own memory and may be overwritten. A compressed buffer is decompressed
   * as a whole, once.
   *
   * @throws {DataError} when the buffer is shorter.
   */
  async read(region: Region, start: number, length: number): Promise<Bytes> {
    await this.expect(region, start + length);
    if (this.codec === null) return this.body.read(region.offset + start, length);
    const whole = await this.whole(region);
    return start === 0 && length === whole.length ? whole : whole.slice(start, start + length);
  }

  /** @throws {DataError} when a buffer is shorter than `length` bytes. */
  async expect(region: Region, length: number): Promise<void> {
    const { offset, length: stored } = region;
    if (offset + stored > this.body.length) {
      throw this.damage(region, "a buffer outside its record batch");
    }
    const size = this.codec === null ? stored : (await this.whole(region)).length;
    if (!(length <= size)) throw this.damage(region, `a buffer of ${size} bytes in the place of ${length}`);
  }

  /** Returns all bytes of a buffer, which must not be overwritten. */
  async all(region: Region): Promise<Bytes> {
    await this.expect(region, 0);
    return this.codec === null ? this.body.read(region.offset, region.length) : this.whole(region);
  }

  /** Runs a decoder of a buffer, and reports its errors as damage. */
  decode<T>({ offset }: Region, act: () => T): T {
    return decodeAt(this.file, this.body.offset + offset, act);
  }

  /** Returns the error for a damaged buffer. */
  damage({ offset }: Region, found: string): DataError {
    return damaged(this.file, this.body.offset + offset, found);
  }

  private async whole(region: Region): Promise<Bytes> {
    const known = this.unpacked.get(region);
    if (known) return known;
    const stored = await this.body.read(region.offset, region.length);
    const whole = decodeAt(this.file, this.body.offset + region.offset, () => this.unpack(stored));
    this.unpacked.set(region, whole);
    return whole;
  }

  private unpack(stored: Bytes): Bytes {
    if (stored.length === 0) return stored;
    const size = Number(Buffer.from(stored.buffer, 0, stored.length).readBigInt64LE(0));
    const packed = stored.subarray(SIZE_BYTES);
    if (size === NOT_COMPRESSED) return packed.slice();
    const unpack = UNPACK[this.codec ?? LZ4];
    if (!unpack) throw this.unsupported();
    if (!(size >= 0)) throw new RangeError(`a buffer of ${size} bytes`);
    const whole = unpack(packed, size);
    if (whole.length !== size) throw new RangeError(`${whole.length} bytes in the place of ${size}`);
    // zlib may return a part of a shared buffer.
    return whole.byteOffset === 0 ? whole : new Uint8Array(whole);
  }

  private unsupported(): DataError {
    const expected = `${this.file}: expected buffers compressed with LZ4, or not compressed`;
    if (this.codec !== ZSTD) return new DataError(`${expected}, found codec ${this.codec}`);
    const hint = "Node 22.15 and later read zstd; in Python: feather.write_feather(table, FILE, compression='lz4')";
    return new DataError(`${expected}, found ZSTD`, hint);
  }
}
