import { ByteReader } from "../../input/byte-reader.js";
import { openAnywhere, openInPlace, type RandomAccess } from "../../input/random-access.js";
import { peek, type Source } from "../../input/source.js";
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
  /** The file, if it can be read from any offset. */
  readonly file: RandomFile | null;
  /** The offset of the next byte. */
  readonly offset: number;
  /** Returns the next bytes without consuming them; fewer at the end. */
  peek(count: number): Promise<Uint8Array>;
  /** Returns and consumes the next bytes, valid until the next call. */
  take(count: number): Promise<Uint8Array>;
  /** Consumes a range, which is valid until the next call. */
  span(length: number): Promise<Span>;
  close(): Promise<void>;
}

/** A file that can be read from any offset. */
export interface RandomFile {
  readonly size: number;
  /** @throws {DataError} for a range that the file does not have. */
  span(offset: number, length: number): Span;
}

/** The first bytes of an Arrow file, as opposed to a stream. */
export const FILE_MAGIC = "ARROW1";

/**
 * Opens a regular file in place, and another stream as one, of which one span at a time is held in memory. The index of an
 * Arrow file is at its end: one from a pipe is held in memory.
 */
export async function openTape(input: Source): Promise<ByteTape> {
  const { head, source } = await peek(input);
  if (Buffer.from(head.subarray(0, FILE_MAGIC.length)).toString("latin1") === FILE_MAGIC) {
    return new FileTape(await openAnywhere(source));
  }
  const file = await openInPlace(source);
  return file ? new FileTape(file) : new StreamTape(await ByteReader.open(source));
}

class FileTape implements ByteTape {
  offset = 0;
  readonly name: string;
  readonly file: RandomFile;
  readonly close: () => Promise<void>;

  constructor(private readonly access: RandomAccess) {
    const { name, size } = access;
    this.name = name;
    this.close = () => access.close();
    this.file = {
      size,
      span: (offset, length) => {
        if (offset + length > size) throw damaged(name, offset, "the end of the file");
        return { offset, length, read: (start, count) => this.read(offset + start, count) };
      },
    };
  }

  peek(count: number): Promise<Uint8Array> {
    return this.read(this.offset, Math.min(count, this.file.size - this.offset));
  }

  async take(count: number): Promise<Uint8Array> {
    return (await this.span(count)).read(0, count);
  }

  async span(length: number): Promise<Span> {
    const span = this.file.span(this.offset, length);
    this.offset += length;
    return span;
  }

  private async read(offset: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = new Uint8Array(length);
    // The file may shrink while it is read.
    if ((await this.access.read(bytes, offset)) < length) throw damaged(this.name, offset, "the end of the file");
    return bytes;
  }
}

class StreamTape implements ByteTape {
  readonly name: string;
  readonly file = null;
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
}
