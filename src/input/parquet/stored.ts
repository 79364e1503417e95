import type { SchemaElement } from "hyparquet";
import { DeltaReader } from "./delta.js";
import { isHalf } from "./schema.js";

/** Values as they lie in a page, before they mean anything. */
export type Stored = Float32Array | Float64Array | Int32Array | BigInt64Array | Uint16Array | Uint8Array[];

/** Takes the next so many values, of those that there are. */
export type Take<T> = (count: number) => T;

/** What beginnings that texts share may come to where a page is small, and so many times its bytes where it is not. */
const SHARED_BYTES = 1 << 26;
const SHARED_TIMES = 64;

/**
 * The values in the bytes of a page that is no list of indices, decoded as they are asked for.
 *
 * @throws {RangeError} when the bytes end before `count` of them.
 */
export function storedValues(
  bytes: Uint8Array<ArrayBuffer>,
  encoding: string,
  count: number,
  element: SchemaElement,
): Take<Stored> {
  const isText = element.type === "BYTE_ARRAY";
  if (encoding === "PLAIN") return isText ? plainTexts(bytes, count) : plainNumbers(bytes, count, element);
  if (encoding === "BYTE_STREAM_SPLIT") return splitNumbers(bytes, count, element);
  if (encoding === "DELTA_BINARY_PACKED") return deltaNumbers(bytes, count, element);
  if (encoding === "DELTA_LENGTH_BYTE_ARRAY" && isText) return deltaTexts(bytes, count, false);
  if (encoding === "DELTA_BYTE_ARRAY" && isText) return deltaTexts(bytes, count, true);
  throw new RangeError(`the encoding ${encoding} of ${element.type} is not read`);
}

type NumberArray = Exclude<Stored, Uint8Array[]>;

interface NumberArrayConstructor {
  readonly BYTES_PER_ELEMENT: number;
  new (bytes: ArrayBuffer, offset?: number, length?: number): NumberArray;
}

/** How numbers of a type lie in bytes. */
function arrayOf(element: SchemaElement): NumberArrayConstructor {
  if (isHalf(element)) return Uint16Array;
  if (element.type === "FLOAT") return Float32Array;
  if (element.type === "DOUBLE") return Float64Array;
  if (element.type === "INT32") return Int32Array;
  if (element.type === "INT64") return BigInt64Array;
  throw new RangeError(`values of the type ${element.type} are not read`);
}

function expectBytes(count: number, width: number, bytes: Uint8Array): void {
  if (count * width <= bytes.length) return;
  throw new RangeError(`${count} values of ${width} bytes in ${bytes.length} bytes`);
}

function plainNumbers(bytes: Uint8Array<ArrayBuffer>, count: number, element: SchemaElement): Take<Stored> {
  const array = arrayOf(element);
  const width = array.BYTES_PER_ELEMENT;
  expectBytes(count, width, bytes);
  let at = 0;
  return (many) => {
    const part = bytes.subarray(at, at + many * width);
    at += part.length;
    // Numbers lie in memory at multiples of their width.
    return part.byteOffset % width === 0
      ? new array(part.buffer, part.byteOffset, many)
      : new array(new Uint8Array(part).buffer);
  };
}

/** The first bytes of all values, then the second ones, and so on. */
function splitNumbers(bytes: Uint8Array, count: number, element: SchemaElement): Take<Stored> {
  const array = arrayOf(element);
  const width = array.BYTES_PER_ELEMENT;
  expectBytes(count, width, bytes);
  let at = 0;
  return (many) => {
    const joined = new Uint8Array(many * width);
    for (let byte = 0; byte < width; byte++) {
      const from = byte * count + at;
      for (let i = 0; i < many; i++) joined[i * width + byte] = bytes[from + i];
    }
    at += many;
    return new array(joined.buffer);
  };
}

function deltaNumbers(bytes: Uint8Array, count: number, { type }: SchemaElement): Take<Stored> {
  if (type !== "INT32" && type !== "INT64") throw new RangeError(`differences of the type ${type}`);
  const reader = new DeltaReader(bytes, count);
  return (many) => {
    const halves = new Int32Array(2 * many);
    reader.read(halves);
    return type === "INT32" ? halves.filter((_, i) => i % 2 === 0) : new BigInt64Array(halves.buffer);
  };
}

function plainTexts(bytes: Uint8Array, count: number): Take<Stored> {
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

/** @param shares whether a text begins as the one before it does, for as long as is said before the lengths of the rest. */
function deltaTexts(bytes: Uint8Array, count: number, shares: boolean): Take<Stored> {
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
