import { ByteReader } from "../../input/byte-reader.js";
import { openInPlace, type RandomAccess } from "../../input/random-access.js";
import type { Source } from "../../input/source.js";
import { damaged } from "./damage.js";

/** A range of bytes, of which parts are read on demand. */
export interface Span {
  readonly length: number;
  /** The offset of its first byte in the file. */
  readonly offset: number;
  /** Returns bytes that start their buffer, and may be overwritten. */
  read(start: number, length: number): Promise<Uint8Array<ArrayBuffer>>;
}

/** Bytes that are read in order, except that a span need not be read whole. */
export interface ByteTape {
  readonly name: string;
  /** The offset of the next byte. */
  readonly offset: number;
  /** Returns the next bytes without consuming them; fewer at the end. */
  peek(count: number): Promise<Uint8Array>;
  /** Returns and consumes the next bytes, valid until the next call. */
  take(count: number): Promise<Uint8Array>;
  /** Consumes a range, which is valid until the next call. */
  span(length: number): Promise<Span>;
  /** Consumes the rest, and returns the last bytes. */
  last(count: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** Opens a regular file in place, anything else as a stream, of which one span at a time is held in memory. */
export async function openTape(source: Source): Promise<ByteTape> {
  const file = await openInPlace(source);
  return file ? new FileTape(file) : new StreamTape(await ByteReader.open(source));
}

class FileTape implements ByteTape {
  offset = 0;
  readonly name: string;
  readonly close: () => Promise<void>;

  constructor(private readonly file: RandomAccess) {
    this.name = file.name;
    this.close = () => file.close();
  }

  peek(count: number): Promise<Uint8Array> {
    return this.read(this.offset, Math.min(count, this.file.size - this.offset));
  }

  async take(count: number): Promise<Uint8Array> {
    const { offset } = await this.span(count);
    return this.read(offset, count);
  }

  async span(length: number): Promise<Span> {
    const { offset, file } = this;
    if (offset + length > file.size) throw damaged(file.name, offset, "the end of the file");
    this.offset += length;
    return { offset, length, read: (start, count) => this.read(offset + start, count) };
  }

  async last(count: number): Promise<Uint8Array> {
    const start = Math.max(this.offset, this.file.size - count);
    this.offset = this.file.size;
    return this.read(start, this.offset - start);
  }

  private async read(offset: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = new Uint8Array(length);
    // The file may shrink while it is read.
    if ((await this.file.read(bytes, offset)) < length) throw damaged(this.name, offset, "the end of the file");
    return bytes;
  }
}

const PIECE_BYTES = 1 << 16;

class StreamTape implements ByteTape {
  readonly name: string;
  readonly close: () => Promise<void>;

  constructor(private readonly reader: ByteReader) {
    this.name = reader.name;
    this.close = reader.close;
  }

  get offset(): number {
    return this.reader.offset;
  }

  peek(count: number): Promise<Uint8Array> {
    return this.reader.peek(count);
  }

  take(count: number): Promise<Uint8Array> {
    return this.reader.take(count);
  }

  async span(length: number): Promise<Span> {
    const { offset } = this;
    const bytes = await this.reader.take(length);
    return { offset, length, read: async (start, count) => bytes.slice(start, start + count) };
  }

  async last(count: number): Promise<Uint8Array> {
    let tail = Buffer.alloc(0);
    for (;;) {
      const piece = await this.reader.peek(PIECE_BYTES);
      if (piece.length === 0) return tail;
      tail = Buffer.concat([tail, piece]).subarray(-count);
      this.reader.skip(piece.length);
    }
  }
}
