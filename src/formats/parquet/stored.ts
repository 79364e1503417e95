import type { SchemaElement } from "hyparquet";
import { DeltaReader } from "./delta.js";
import { isHalf } from "./schema.js";
import {
  deltaTexts,
  expectBytes,
  fixedBytes,
  plainTexts,
  splitBytes,
  type Take,
  unreadEncoding,
} from "./stored-bytes.js";

/** Values in their physical type. */
export type Stored = Float32Array | Float64Array | Int32Array | BigInt64Array | Uint16Array | Uint8Array[];

/**
 * Returns a reader of the values of a page without a dictionary, which decodes them on demand.
 *
 * @throws {RangeError} when there are fewer than `count` values.
 */
export function storedValues(
  bytes: Uint8Array<ArrayBuffer>,
  encoding: string,
  count: number,
  element: SchemaElement,
): Take<Stored> {
  if (element.type === "FIXED_LEN_BYTE_ARRAY" && !isHalf(element)) return fixedBytes(bytes, encoding, count, element);
  const isText = element.type === "BYTE_ARRAY";
  if (encoding === "PLAIN") return isText ? plainTexts(bytes, count) : plainNumbers(bytes, count, element);
  if (encoding === "BYTE_STREAM_SPLIT") return splitNumbers(bytes, count, element);
  if (encoding === "DELTA_BINARY_PACKED") return deltaNumbers(bytes, count, element);
  if (encoding === "DELTA_LENGTH_BYTE_ARRAY" && isText) return deltaTexts(bytes, count, false);
  if (encoding === "DELTA_BYTE_ARRAY" && isText) return deltaTexts(bytes, count, true);
  throw unreadEncoding(encoding, element);
}

type NumberArray = Exclude<Stored, Uint8Array[]>;

interface NumberArrayConstructor {
  readonly BYTES_PER_ELEMENT: number;
  new (bytes: ArrayBuffer, offset?: number, length?: number): NumberArray;
}

/** Returns the typed array of a physical type. */
function arrayOf(element: SchemaElement): NumberArrayConstructor {
  if (isHalf(element)) return Uint16Array;
  if (element.type === "FLOAT") return Float32Array;
  if (element.type === "DOUBLE") return Float64Array;
  if (element.type === "INT32") return Int32Array;
  if (element.type === "INT64") return BigInt64Array;
  throw new RangeError(`values of the type ${element.type} are not read`);
}

function plainNumbers(bytes: Uint8Array<ArrayBuffer>, count: number, element: SchemaElement): Take<Stored> {
  const array = arrayOf(element);
  const width = array.BYTES_PER_ELEMENT;
  expectBytes(count, width, bytes);
  let at = 0;
  return (n) => {
    const part = bytes.subarray(at, at + n * width);
    at += part.length;
    // Typed arrays need an offset that is a multiple of their element size.
    return part.byteOffset % width === 0
      ? new array(part.buffer, part.byteOffset, n)
      : new array(new Uint8Array(part).buffer);
  };
}

function splitNumbers(bytes: Uint8Array, count: number, element: SchemaElement): Take<Stored> {
  const array = arrayOf(element);
  const take = splitBytes(bytes, count, array.BYTES_PER_ELEMENT);
  return (n) => new array(take(n).buffer);
}

function deltaNumbers(bytes: Uint8Array, count: number, { type }: SchemaElement): Take<Stored> {
  if (type !== "INT32" && type !== "INT64") throw new RangeError(`differences of the type ${type}`);
  const reader = new DeltaReader(bytes, count);
  return (n) => {
    const halves = new Int32Array(2 * n);
    reader.read(halves);
    return type === "INT32" ? halves.filter((_, i) => i % 2 === 0) : new BigInt64Array(halves.buffer);
  };
}
