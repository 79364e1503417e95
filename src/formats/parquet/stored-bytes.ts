import type { SchemaElement } from "hyparquet";
import { DeltaReader } from "./delta.js";

/** Returns the next `count` values. */
export type Take<T> = (count: number) => T;

/**
 * Limit on the total size of shared prefixes: this number of bytes, or this multiple of the page's size if it is
 * larger.
 */
const SHARED_BYTES = 1 << 26;
const SHARED_TIMES = 64;

/** @throws {RangeError} when `count` values need more bytes than there are. */
export function expectBytes(count: number, width: number, bytes: Uint8Array): void {
  if (count * width <= bytes.length) return;
  throw new RangeError(`${count} values of ${width} bytes in ${bytes.length} bytes`);
}

export const unreadEncoding = (encoding: string, { type }: SchemaElement) =>
  new RangeError(`the encoding ${encoding} of ${type} is not read`);

/**
 * Decodes BYTE_STREAM_SPLIT.
 *
 * @throws {RangeError} when the bytes are fewer than `count` values.
 */
export function splitBytes(bytes: Uint8Array, count: number, width: number): Take<Uint8Array<ArrayBuffer>> {
  expectBytes(count, width, bytes);
  let at = 0;
  return (n) => {
    const joined = new Uint8Array(n * width);
    for (let byte = 0; byte < width; byte++) {
      const from = byte * count + at;
      for (let i = 0; i < n; i++) joined[i * width + byte] = bytes[from + i];
    }
    at += n;
    return joined;
  };
}

/**
 * Decodes values of a fixed number of bytes.
 *
 * @throws {RangeError} when there are fewer than `count` values, or one has another length.
 */
export function fixedBytes(
  bytes: Uint8Array,
  encoding: string,
  count: number,
  element: SchemaElement,
): Take<Uint8Array[]> {
  const { type_length: width = 0 } = element;
  if (!(width > 0)) throw new RangeError(`values of ${width} bytes`);
  if (encoding === "DELTA_BYTE_ARRAY") {
    const take = deltaTexts(bytes, count, true);
    return (n) => {
      const values = take(n);
      const other = values.find(({ length }) => length !== width);
      if (other) throw new RangeError(`a value of ${other.length} bytes in the place of ${width}`);
      return values;
    };
  }
  if (encoding === "BYTE_STREAM_SPLIT") {
    const take = splitBytes(bytes, count, width);
    return (n) => slices(take(n), n, width);
  }
  if (encoding !== "PLAIN") throw unreadEncoding(encoding, element);
  expectBytes(count, width, bytes);
  let at = 0;
  return (n) => {
    const start = at;
    at += n * width;
    return slices(bytes.subarray(start, at), n, width);
  };
}

const slices = (bytes: Uint8Array, count: number, width: number): Uint8Array[] =>
  Array.from({ length: count }, (_, i) => bytes.subarray(i * width, (i + 1) * width));

/**
 * Decodes texts that each follow their length.
 *
 * @throws {RangeError} for a truncated text.
 */
export function plainTexts(bytes: Uint8Array, count: number): Take<Uint8Array[]> {
  // The length of a text takes 4 bytes.
  expectBytes(count, 4, bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  return (n) =>
    Array.from({ length: n }, () => {
      const start = at + 4;
      at = start + view.getUint32(at, true);
      return expectText(bytes, start, at);
    });
}

/**
 * Decodes DELTA_LENGTH_BYTE_ARRAY, or DELTA_BYTE_ARRAY.
 *
 * @param sharePrefixes whether each text starts with a prefix of the previous one, whose lengths come first
 * (DELTA_BYTE_ARRAY).
 * @throws {RangeError} when there are fewer than `count` values; the returned function throws one for a truncated text.
 */
export function deltaTexts(bytes: Uint8Array, count: number, sharePrefixes: boolean): Take<Uint8Array[]> {
  const prefixes = sharePrefixes ? new DeltaReader(bytes, count) : null;
  const lengths = new DeltaReader(bytes.subarray(prefixes?.end ?? 0), count);
  const [prefix, length] = [new Int32Array(2), new Int32Array(2)];
  let at = (prefixes?.end ?? 0) + lengths.end;
  let previous: Uint8Array = new Uint8Array(0);
  const maxShared = Math.max(SHARED_BYTES, SHARED_TIMES * bytes.length);
  let total = 0;
  return (n) =>
    Array.from({ length: n }, () => {
      prefixes?.read(prefix);
      lengths.read(length);
      const rest = expectText(bytes, at, at + length[0]);
      const shared = expectText(previous, 0, prefix[0]);
      at += rest.length;
      total += shared.length;
      if (total > maxShared) throw new RangeError(`texts that share more than ${maxShared} bytes`);
      previous = shared.length === 0 ? rest : Buffer.concat([shared, rest]);
      return previous;
    });
}

function expectText(bytes: Uint8Array, start: number, end: number): Uint8Array {
  if (end < start || end > bytes.length) throw new RangeError("a text is not whole");
  return bytes.subarray(start, end);
}
