import { DataError, MachineError } from "../core/errors.js";
import { openInPlace } from "./random-access.js";
import type { Source } from "./source.js";

/** Size of a read if the total size is unknown. */
const PIECE_BYTES = 1 << 20;

/** Reads the next bytes into `target` and returns their number; fewer than its length only at the end. */
type Pull = (target: Uint8Array) => Promise<number>;

/** Reads bytes sequentially. Memory is allocated for bytes that exist, never for a size that a header only claims. */
export class ByteReader {
  /** Offset of the next byte in the decompressed bytes, from 0. */
  offset = 0;
  private held = new Uint8Array(0);
  private start = 0;
  private end = 0;

  private constructor(
    readonly name: string,
    /** Total size in bytes; null for a stream. */
    readonly size: number | null,
    private readonly pull: Pull,
    /** Moves the position of the next read; null for a stream. */
    private readonly jump: ((bytes: number) => void) | null,
    readonly close: () => Promise<void>,
  ) {}

  /** Opens a regular file in place, anything else as a stream. */
  static async open(source: Source): Promise<ByteReader> {
    const file = await openInPlace(source);
    if (!file) return ByteReader.stream(source);
    let at = 0;
    const pull: Pull = async (target) => {
      const read = await file.read(target, at);
      at += read;
      return read;
    };
    const jump = (bytes: number) => {
      at += bytes;
    };
    return new ByteReader(source.name, file.size, pull, jump, file.close);
  }

  private static stream({ name, bytes }: Source): ByteReader {
    const chunks = bytes[Symbol.asyncIterator]();
    let chunk: Uint8Array = new Uint8Array(0);
    const pull: Pull = async (target) => {
      let done = 0;
      while (done < target.length) {
        if (chunk.length === 0) {
          const next = await chunks.next();
          if (next.done) break;
          chunk = next.value;
        }
        const part = chunk.subarray(0, target.length - done);
        target.set(part, done);
        done += part.length;
        chunk = chunk.subarray(part.length);
      }
      return done;
    };
    return new ByteReader(name, null, pull, null, async () => void (await chunks.return?.()));
  }

  /** Returns the next `count` bytes without consuming them; fewer at the end. Valid until the next call. */
  async peek(count: number): Promise<Uint8Array<ArrayBuffer>> {
    this.held.copyWithin(0, this.start, this.end);
    this.end -= this.start;
    this.start = 0;
    const wanted = this.size === null ? count : Math.min(count, this.size - this.offset);
    while (this.end < wanted) {
      const room = this.size === null ? Math.min(wanted, Math.max(PIECE_BYTES, 2 * this.end)) : wanted;
      if (room > this.held.length) this.grow(room);
      this.end += await this.pull(this.held.subarray(this.end, room));
      if (this.end < room) break;
    }
    return this.held.subarray(0, Math.min(count, this.end));
  }

  /** Consumes bytes that were peeked. */
  skip(count: number): void {
    this.start += count;
    this.offset += count;
  }

  /**
   * Returns and consumes the next `count` bytes.
   *
   * @throws {DataError} when the file ends before.
   */
  async take(count: number): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = await this.peek(count);
    if (bytes.length < count) throw this.cutShort(count - bytes.length, this.offset + bytes.length);
    this.skip(count);
    return bytes;
  }

  /**
   * Consumes the next bytes and writes them to `target`.
   *
   * @throws {DataError} when the file ends before.
   */
  async fill(target: Uint8Array): Promise<void> {
    const held = this.held.subarray(this.start, Math.min(this.end, this.start + target.length));
    target.set(held);
    this.skip(held.length);
    const read = await this.pull(target.subarray(held.length));
    this.offset += read;
    const lacking = target.length - held.length - read;
    if (lacking > 0) throw this.cutShort(lacking, this.offset);
  }

  /**
   * Consumes the next `count` bytes; those of a regular file are not read.
   *
   * @throws {DataError} when the file ends before.
   */
  async pass(count: number): Promise<void> {
    const held = Math.min(count, this.end - this.start);
    this.skip(held);
    let left = count - held;
    if (this.jump && this.size !== null) {
      const lacking = left - (this.size - this.offset);
      if (lacking > 0) throw this.cutShort(lacking, this.size);
      this.jump(left);
      this.offset += left;
      return;
    }
    for (; left > PIECE_BYTES; left -= PIECE_BYTES) await this.take(PIECE_BYTES);
    await this.take(left);
  }

  /** Returns the error for a file that ends at `offset` and lacks bytes. */
  cutShort(lacking: number, offset: number): DataError {
    const place = `${lacking} more ${lacking === 1 ? "byte" : "bytes"} at byte offset ${offset}`;
    return new DataError(`${this.name}: expected ${place}, found the end of the file`, "was the file cut short?");
  }

  private grow(length: number): void {
    let larger: Uint8Array<ArrayBuffer>;
    try {
      larger = new Uint8Array(length);
    } catch (cause) {
      throw new MachineError(`${this.name}: expected ${length} bytes of memory, found less`, undefined, { cause });
    }
    larger.set(this.held.subarray(0, this.end));
    this.held = larger;
  }
}
