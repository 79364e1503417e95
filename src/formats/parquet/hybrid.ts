import { ByteStream } from "./byte-stream.js";

/** Enough for 2^24 dictionary entries. */
const MAX_WIDTH = 24;
/** Number of values unpacked per step of a search. */
const PIECE = 1 << 12;

export interface IndexedValue {
  readonly index: number;
  readonly value: number;
}

/**
 * Decodes integers of `width` bits in Parquet's RLE/bit-packing hybrid on demand: a long run takes no memory.
 *
 * @see https://parquet.apache.org/docs/file-format/data-pages/encodings/#RLE
 */
export class HybridReader {
  private readonly runs: Iterator<Run, unknown>;
  private run: Run = { count: 0, value: 0, packed: null };
  /** Number of values of the current run that have been read. */
  private done = 0;

  /** @throws {RangeError} when the bytes hold fewer than `count` values. */
  constructor(
    private readonly bytes: Uint8Array,
    private readonly width: number,
    private readonly count: number,
  ) {
    if (width > MAX_WIDTH) throw new RangeError(`values of ${width} bits`);
    for (const _ of runsOf(bytes, width, count));
    this.runs = runsOf(bytes, width, count);
  }

  /**
   * Fills `values` with the next values.
   *
   * @throws {RangeError} after the last value.
   */
  read(values: Uint8Array | Uint32Array): void {
    for (let at = 0; at < values.length; ) {
      if (this.done === this.run.count) {
        const next = this.runs.next();
        if (next.done) throw new RangeError("there are no more values");
        this.run = next.value;
        this.done = 0;
      }
      const { count, value, packed } = this.run;
      const end = Math.min(values.length, at + count - this.done);
      if (packed) unpack(packed, this.done * this.width, this.width, values.subarray(at, end));
      else values.fill(value, at, end);
      this.done += end - at;
      at = end;
    }
  }

  /** Returns the first of all values that is less than `limit`; null if there is none. */
  firstBelow(limit: number): IndexedValue | null {
    let index = 0;
    for (const { count, values } of this.pieces()) {
      const below = values.findIndex((value) => value < limit);
      if (below >= 0) return { index: index + below, value: values[below] };
      index += count;
    }
    return null;
  }

  /** Returns the number of values less than `limit`. */
  countBelow(limit: number): number {
    let below = 0;
    for (const { count, values } of this.pieces()) {
      if (values.length < count) below += values[0] < limit ? count : 0;
      else for (const value of values) if (value < limit) below++;
    }
    return below;
  }

  /** Yields all values in pieces; a repeated value is one element with its `count`. */
  private *pieces(): Generator<{ readonly count: number; readonly values: Uint32Array }> {
    const piece = new Uint32Array(PIECE);
    for (const { count, value, packed } of runsOf(this.bytes, this.width, this.count)) {
      if (!packed) yield { count, values: piece.fill(value, 0, 1).subarray(0, 1) };
      for (let at = 0; packed && at < count; at += PIECE) {
        const values = piece.subarray(0, count - at);
        unpack(packed, at * this.width, this.width, values);
        yield { count: values.length, values };
      }
    }
  }
}

/** A repeated value, or packed values; `count` is never 0. */
interface Run {
  readonly count: number;
  readonly value: number;
  readonly packed: Uint8Array | null;
}

/** Yields the runs of `count` values; padding at the end of the last run is dropped. */
function* runsOf(bytes: Uint8Array, width: number, count: number): Generator<Run, void> {
  const stream = new ByteStream(bytes);
  for (let left = count; left > 0; ) {
    const header = stream.unsigned();
    const length = header >= 2 ? Math.min(left, header % 2 === 0 ? header / 2 : 4 * (header - 1)) : 0;
    let value = 0;
    let packed = null;
    if (header % 2 === 0) {
      for (let shift = 0; shift < width; shift += 8) value += stream.byte() * 2 ** shift;
      if (value >= 2 ** width) throw new RangeError(`the value ${value} in ${width} bits`);
    } else {
      // Writers may omit the padding bits after the last value.
      packed = bytes.subarray(stream.at, stream.at + ((header - 1) / 2) * width);
      if (8 * packed.length < length * width) throw new RangeError("packed values are not whole");
      stream.skip(packed.length);
    }
    if (length > 0) yield { count: length, value, packed };
    left -= length;
  }
}

/** Fills `values` with packed integers of `width` bits, starting at bit `from`. The total is less than 2^31 bits. */
function unpack(bytes: Uint8Array, from: number, width: number, values: Uint8Array | Uint32Array): void {
  const mask = (1 << width) - 1;
  const start = Math.floor(from / 8);
  const view = new DataView(bytes.buffer, bytes.byteOffset + start, bytes.length - start);
  let bit = from % 8;
  // Number of values that can be read as 4 bytes without reading beyond the end.
  const whole = Math.max(0, Math.min(values.length, Math.ceil((8 * view.byteLength - 31 - bit) / width)));
  for (let i = 0; i < whole; i++, bit += width) values[i] = (view.getInt32(bit >> 3, true) >> (bit & 7)) & mask;
  if (whole === values.length) return;
  const end = new DataView(new ArrayBuffer(8));
  const last = bit >> 3;
  for (let k = last; k < view.byteLength; k++) end.setUint8(k - last, view.getUint8(k));
  for (let i = whole; i < values.length; i++, bit += width) {
    values[i] = (end.getInt32((bit >> 3) - last, true) >> (bit & 7)) & mask;
  }
}
