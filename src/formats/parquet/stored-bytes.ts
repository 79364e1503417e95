import type { SchemaElement } from "hyparquet";
import { DeltaReader } from "./delta.js";

/** Takes the next so many values, of those that there are. */
export type Take<T> = (count: number) => T;

/** What beginnings that texts share may come to where a page is small, and so many times its bytes where it is not. */
const SHARED_BYTES = 1 << 26;
const SHARED_TIMES = 64;

/** @throws {RangeError} when so many values take more bytes than there are. */
export function expectBytes(count: number, width: number, bytes: Uint8Array): void {
  if (count * width <= bytes.length) return;
  throw new RangeError(`${count} values of ${width} bytes in ${bytes.length} bytes`);
}

export const unreadEncoding = (encoding: string, { type }: SchemaElement) =>
  new RangeError(`the encoding ${encoding} of ${type} is not read`);

/** The bytes of values of which the first bytes of all lie before the second ones, and so on; throws as {@link expectBytes}. */
export function splitBytes(bytes: Uint8Array, count: number, width: number): Take<Uint8Array<ArrayBuffer>> {
  expectBytes(count, width, bytes);
  let at = 0;
  return (many) => {
    const joined = new Uint8Array(many * width);
    for (let byte = 0; byte < width; byte++) {
      const from = byte * count + at;
      for (let i = 0; i < many; i++) joined[i * width + byte] = bytes[from + i];
    }
    at += many;
    return joined;
  };
}

/**
 * Values that are bytes, all of one length.
 *
 * @throws {RangeError} when the bytes end before `count` of them, or one has another length.
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
    return (many) => {
      const values = take(many);
      const other = values.find(({ length }) => length !== width);
      if (other) throw new RangeError(`a value of ${other.length} bytes in the place of ${width}`);
      return values;
    };
  }
  if (encoding === "BYTE_STREAM_SPLIT") {
    const take = splitBytes(bytes, count, width);
    return (many) => slices(take(many), many, width);
  }
  if (encoding !== "PLAIN") throw unreadEncoding(encoding, element);
  expectBytes(count, width, bytes);
  let at = 0;
  return (many) => {
    const start = at;
    at += many * width;
    return slices(bytes.subarray(start, at), many, width);
  };
}

const slices = (bytes: Uint8Array, count: number, width: number): Uint8Array[] =>
  Array.from({ length: count }, (_, i) => bytes.subarray(i * width, (i + 1) * width));

/** Texts, each behind its length; a RangeError says that one is not whole. */
export function plainTexts(bytes: Uint8Array, count: number): Take<Uint8Array[]> {
  // A text takes four bytes for its length at least.
  expectBytes(count, 4, bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  return (many) =>
    Array.from({ length: many }, () => {
      const start = at + 4;
      at = start + view.getUint32(at, true);
      return expectText(bytes, start, at);
    });
}

/**
 * Texts behind all their lengths.
 *
 * @param shares whether a text begins as the one before it does, for as long as is said before the lengths of the rest.
 * @throws {RangeError} when the bytes end before `count` of them; so does what is taken, for a text that is not whole.
 */
export function deltaTexts(bytes: Uint8Array, count: number, shares: boolean): Take<Uint8Array[]> {
  const prefixes = shares ? new DeltaReader(bytes, count) : null;
  const lengths = new DeltaReader(bytes.subarray(prefixes?.end ?? 0), count);
  const [prefix, length] = [new Int32Array(2), new Int32Array(2)];
  let at = (prefixes?.end ?? 0) + lengths.end;
  let previous: Uint8Array = new Uint8Array(0);
  const most = Math.max(SHARED_BYTES, SHARED_TIMES * bytes.length);
  let inAll = 0;
  return (many) =>
    Array.from({ length: many }, () => {
      prefixes?.read(prefix);
      lengths.read(length);
      const rest = expectText(bytes, at, at + length[0]);
      const shared = expectText(previous, 0, prefix[0]);
      at += rest.length;
      inAll += shared.length;
      if (inAll > most) throw new RangeError(`texts that share more than ${most} bytes`);
      previous = shared.length === 0 ? rest : Buffer.concat([shared, rest]);
      return previous;
    });
}

function expectText(bytes: Uint8Array, start: number, end: number): Uint8Array {
  if (end < start || end > bytes.length) throw new RangeError("a text is not whole");
  return bytes.subarray(start, end);
}
