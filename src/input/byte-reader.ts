import { DataError, MachineError } from "../core/errors.js";
import { openInPlace } from "./random-access.js";
import type { Source } from "./source.js";

/** What is asked for at once where nobody knows how much there is. */
const PIECE_BYTES = 1 << 20;

/** Puts the next bytes into `target`; fewer than it has room for only at the end. */
type Pull = (target: Uint8Array) => Promise<number>;

/**
 * Bytes in their order, so many at a time. Memory is taken for bytes that are there, never for bytes that a file
 * only claims to have.
 */
export class ByteReader {
  /** Where the next byte stands, from 0, in the inflated bytes. */
  offset = 0;
  private held = new Uint8Array(0);
  private start = 0;
  private end = 0;

  private constructor(
    readonly name: string,
    /** How many bytes there are in all; null where only their end tells. */
    readonly size: number | null,
    private readonly pull: Pull,
    readonly close: () => Promise<void>,
  ) {}

  /** Reads a regular file in place, anything else as it streams. */
  static async open(source: Source): Promise<ByteReader> {
    const file = await openInPlace(source);
    if (!file) return ByteReader.stream(source);
    let at = 0;
    const pull: Pull = async (target) => {
      const read = await file.read(target, at);
      at += read;
      return read;
    };
    return new ByteReader(source.name, file.size, pull, file.close);
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
    return new ByteReader(name, null, pull, async () => void (await chunks.return?.()));
  }

  /** The next bytes, `count` of them or, at the end, fewer; in memory that the next call uses again, from its start on. */
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

  /** Steps behind bytes that have been looked at. */
  skip(count: number): void {
    this.start += count;
    this.offset += count;
  }

  /**
   * The next `count` bytes, as {@link peek} gives them, and steps behind them.
   *
   * @throws {DataError} when the file ends before.
   */
  async take(count: number): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = await this.peek(count);
    if (bytes.length < count) throw this.cutShort(count - bytes.length, this.offset + bytes.length);
    this.skip(count);
    return bytes;
  }

  /** The error for a file that ends at `offset`, where more has to follow. */
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
