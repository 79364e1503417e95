import { isUtf8 } from "node:buffer";
import type { SchemaElement } from "hyparquet";
import type { Numbers } from "../../core/vectors.js";
import { numbersLike } from "../../input/reader.js";
import { fromHalves, fromLongs } from "../npy/npy-items.js";
import { decimalNumbers, decimalTexts } from "./decimal.js";
import { isDecimal, isUnsigned, isUuid } from "./schema.js";
import type { Stored } from "./stored.js";

/** Converts stored values to numbers or text. */
export interface ValueDecoder<T> {
  of(stored: Stored, element: SchemaElement, place: string): T;
  /** @throws {RangeError} for an index that the dictionary does not have. */
  pick(dictionary: T, indices: Uint32Array): T;
  joined(parts: readonly T[]): T;
  /** Inserts the values for nulls where `isPresent` is 0; absent if nulls are not allowed. */
  spread?(values: T, isPresent: Uint8Array): T;
}

export const NUMBERS: ValueDecoder<Numbers> = {
  of(stored, element, place) {
    if (stored instanceof Float32Array || stored instanceof Float64Array) return stored;
    if (stored instanceof Uint16Array) return fromHalves(stored);
    if (isDecimal(element)) return decimalNumbers(stored, element);
    if (Array.isArray(stored)) throw new RangeError("texts in the place of numbers");
    const values = integers(stored, element);
    const isLong = values instanceof BigInt64Array || values instanceof BigUint64Array;
    return isLong ? fromLongs(values, () => place) : new Float64Array(values);
  },
  pick(dictionary, indices) {
    const values = numbersLike(indices.length, dictionary);
    pickInto(values, dictionary, indices);
    return values;
  },
  joined: joinedNumbers,
};

/** Numbers in which nulls become NaN. */
export const NUMBERS_OR_NAN: ValueDecoder<Numbers> = {
  ...NUMBERS,
  spread(values, isPresent) {
    const all = numbersLike(isPresent.length, values);
    for (let i = 0, next = 0; i < all.length; i++) all[i] = isPresent[i] ? values[next++] : Number.NaN;
    return all;
  },
};

export const TEXTS: ValueDecoder<readonly string[]> = {
  of(stored, element) {
    if (stored instanceof Float32Array || stored instanceof Float64Array) return Array.from(stored, String);
    if (stored instanceof Uint16Array) return Array.from(fromHalves(stored), String);
    if (isDecimal(element)) return decimalTexts(stored, element);
    if (!Array.isArray(stored)) return Array.from<number | bigint, string>(integers(stored, element), String);
    if (isUuid(element)) return stored.map(uuidText);
    return stored.map((bytes) => {
      if (!isUtf8(bytes)) throw new RangeError("a text is not UTF-8");
      return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("utf8");
    });
  },
  // Rows with equal text share one string.
  pick(dictionary, indices) {
    const values = new Array<string>(indices.length);
    pickInto(values, dictionary, indices);
    return values;
  },
  joined: (parts) => (parts.length === 1 ? parts[0] : parts.flat()),
};

/** Texts in which nulls stay null. */
export const TEXTS_OR_NULL: ValueDecoder<readonly (string | null)[]> = {
  of: TEXTS.of,
  pick: (dictionary, indices) => TEXTS.pick(dictionary as readonly string[], indices),
  joined: (parts) => (parts.length === 1 ? parts[0] : parts.flat()),
  spread(values, isPresent) {
    let next = 0;
    return Array.from(isPresent, (present) => (present ? values[next++] : null));
  },
};

function pickInto<T>(values: { [index: number]: T }, dictionary: ArrayLike<T>, indices: Uint32Array): void {
  for (let i = 0; i < indices.length; i++) {
    if (indices[i] >= dictionary.length) throw new RangeError(`the dictionary has no entry ${indices[i]}`);
    values[i] = dictionary[indices[i]];
  }
}

/** Formats a UUID: `123e4567-e89b-12d3-a456-426614174000`. */
const uuidText = ({ buffer, byteOffset, length }: Uint8Array): string =>
  Buffer.from(buffer, byteOffset, length)
    .toString("hex")
    .replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");

/** Returns integers as signed or unsigned, by their logical type. */
function integers(
  stored: Int32Array | BigInt64Array,
  element: SchemaElement,
): Int32Array | Uint32Array | BigInt64Array | BigUint64Array {
  if (!isUnsigned(element)) return stored;
  const { buffer, byteOffset, length } = stored;
  if (stored instanceof Int32Array) return new Uint32Array(buffer, byteOffset, length);
  return new BigUint64Array(buffer, byteOffset, length);
}

/** Concatenates parts. */
export function joinedNumbers(parts: readonly Numbers[]): Numbers {
  const filled = parts.filter(({ length }) => length > 0);
  if (filled.length === 1) return filled[0];
  const values = numbersLike(
    filled.reduce((sum, { length }) => sum + length, 0),
    filled[0] ?? new Float64Array(0),
  );
  let at = 0;
  for (const part of filled) {
    values.set(part, at);
    at += part.length;
  }
  return values;
}
