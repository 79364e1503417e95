import { isUtf8 } from "node:buffer";
import type { SchemaElement } from "hyparquet";
import { deltaBinaryUnpack, deltaByteArray, deltaLengthByteArray } from "hyparquet/src/delta.js";
import { byteStreamSplit } from "hyparquet/src/encoding.js";
import { readPlain } from "hyparquet/src/plain.js";
import type { Numbers } from "../../vectors.js";
import { expectExact } from "../finite.js";
import { fromHalves } from "../npy-items.js";
import { numbersLike } from "../row-batch.js";
import { isHalf, isUnsigned } from "./schema.js";

/** Values as they lie in a page, before they mean anything. */
type Stored = Float32Array | Float64Array | Int32Array | BigInt64Array | Uint16Array | Uint8Array[];

/**
 * The values in the bytes of a page that is no list of indices.
 *
 * @throws {RangeError} when the bytes end before `count` of them.
 */
export function storedValues(bytes: Uint8Array, encoding: string, count: number, element: SchemaElement): Stored {
  const { type = "BYTE_ARRAY", type_length: width } = element;
  const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 };
  switch (encoding) {
    case "PLAIN":
      if (isHalf(element)) return new Uint16Array(bytes.slice(0, 2 * count).buffer, 0, count);
      // A text takes four bytes for its length at least.
      if (type === "BYTE_ARRAY" && 4 * count > bytes.length) throw new RangeError("texts are not whole");
      return readPlain(reader, type, count, width) as Stored;
    case "BYTE_STREAM_SPLIT": {
      if (count > bytes.length) throw new RangeError("values are not whole");
      const split = byteStreamSplit(reader, count, type, width) as Stored;
      return isHalf(element) ? new Uint16Array((split as Uint8Array[])[0].buffer) : split;
    }
    case "DELTA_BINARY_PACKED": {
      const values = type === "INT32" ? new Int32Array(count) : new BigInt64Array(count);
      deltaBinaryUnpack(reader, count, values);
      return values;
    }
    case "DELTA_LENGTH_BYTE_ARRAY":
    case "DELTA_BYTE_ARRAY": {
      const values: Uint8Array[] = [];
      if (encoding === "DELTA_BYTE_ARRAY") deltaByteArray(reader, count, values);
      else deltaLengthByteArray(reader, count, values);
      return values;
    }
    default:
      throw new RangeError(`the encoding ${encoding} is not read`);
  }
}

/** What stored values are taken for. */
export interface Meaning<T> {
  of(stored: Stored, element: SchemaElement, place: string): T;
  /** @throws {RangeError} for an index that the dictionary does not have. */
  pick(dictionary: T, indices: Uint32Array): T;
}

export const NUMBERS: Meaning<Numbers> = {
  of(stored, element, place) {
    if (stored instanceof Float32Array || stored instanceof Float64Array) return stored;
    if (stored instanceof Uint16Array) return fromHalves(stored);
    return Float64Array.from(wholeNumbers(stored, element), (value) => expectExact(BigInt(value), () => place));
  },
  pick(dictionary, indices) {
    const values = numbersLike(indices.length, dictionary);
    for (let i = 0; i < indices.length; i++) {
      if (indices[i] >= dictionary.length) throw new RangeError(`the dictionary has no entry ${indices[i]}`);
      values[i] = dictionary[indices[i]];
    }
    return values;
  },
};

export const TEXTS: Meaning<readonly string[]> = {
  of(stored, element) {
    if (stored instanceof Float32Array || stored instanceof Float64Array) return Array.from(stored, String);
    if (stored instanceof Uint16Array) return Array.from(fromHalves(stored), String);
    if (!Array.isArray(stored)) return Array.from(wholeNumbers(stored, element), String);
    return stored.map((bytes) => {
      if (!isUtf8(bytes)) throw new RangeError("a text is not UTF-8");
      return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("utf8");
    });
  },
  pick(dictionary, indices) {
    return Array.from(indices, (index) => {
      if (index >= dictionary.length) throw new RangeError(`the dictionary has no entry ${index}`);
      return dictionary[index];
    });
  },
};

/** Whole numbers, with their sign or without. */
function wholeNumbers(stored: Stored, element: SchemaElement): Iterable<number | bigint> {
  if (stored instanceof Int32Array) return isUnsigned(element) ? Uint32Array.from(stored) : stored;
  const longs = stored as BigInt64Array;
  return isUnsigned(element) ? BigUint64Array.from(longs) : longs;
}
