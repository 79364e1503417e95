import { DataError } from "../errors.js";
import type { Numbers } from "../vectors.js";
import { type CellPlaces, cellPlace } from "./finite.js";

/** How the items of an array lie in its bytes, and how they become numbers. */
export interface ItemType {
  readonly bytes: number;
  /**
   * The numbers in some bytes, which may be changed: float32 for items of up to 32 bits of floating point, else float64.
   *
   * @throws {DataError} for an integer that no double holds.
   */
  numbers(bytes: Uint8Array<ArrayBuffer>, places: CellPlaces): Numbers;
}

type View = (buffer: ArrayBuffer, offset: number, length: number) => ArrayLike<number>;

const VIEWS: { readonly [kind: string]: View | undefined } = {
  i1: (...part) => new Int8Array(...part),
  i2: (...part) => new Int16Array(...part),
  i4: (...part) => new Int32Array(...part),
  u1: (...part) => new Uint8Array(...part),
  b1: (...part) => new Uint8Array(...part),
  u2: (...part) => new Uint16Array(...part),
  u4: (...part) => new Uint32Array(...part),
};

/** The type that NumPy spells so, such as `<f4`; null for one that is no number. */
export function itemType(descr: string): ItemType | null {
  const [, order, kind] = /^([<>|=])([fiub][1248])$/.exec(descr) ?? [];
  if (kind === undefined) return null;
  const bytes = Number(kind[1]);
  const convert = conversion(kind);
  if (!convert) return null;
  return {
    bytes,
    numbers(stored, places) {
      if (order === ">") swap(stored, bytes);
      return convert(stored, stored.length / bytes, places);
    },
  };
}

type Conversion = (bytes: Uint8Array<ArrayBuffer>, count: number, places: CellPlaces) => Numbers;

function conversion(kind: string): Conversion | null {
  switch (kind) {
    case "f4":
      return ({ buffer, byteOffset }, count) => new Float32Array(buffer, byteOffset, count);
    case "f8":
      return ({ buffer, byteOffset }, count) => new Float64Array(buffer, byteOffset, count);
    case "f2":
      return ({ buffer, byteOffset }, count) => fromHalves(new Uint16Array(buffer, byteOffset, count));
    case "i8":
    case "u8":
      return ({ buffer, byteOffset }, count, places) => {
        const words = new Uint32Array(buffer, byteOffset, 2 * count);
        return fromLongs(words, kind === "i8", places);
      };
    default: {
      const view = VIEWS[kind];
      return view ? ({ buffer, byteOffset }, count) => Float64Array.from(view(buffer, byteOffset, count)) : null;
    }
  }
}

function swap(bytes: Uint8Array<ArrayBuffer>, width: number): void {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (width === 2) buffer.swap16();
  if (width === 4) buffer.swap32();
  if (width === 8) buffer.swap64();
}

/** Half floats: a sign, 5 bits of exponent, 10 bits of fraction. */
function fromHalves(halves: Uint16Array): Float32Array {
  return Float32Array.from(halves, (half) => {
    const exponent = (half >> 10) & 31;
    const fraction = half & 1023;
    const sign = half >> 15 ? -1 : 1;
    if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
    return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25));
  });
}

function fromLongs(words: Uint32Array, isSigned: boolean, places: CellPlaces): Float64Array {
  const values = new Float64Array(words.length / 2);
  for (let i = 0; i < values.length; i++) {
    const high = words[2 * i + 1];
    values[i] = (isSigned ? high | 0 : high) * 2 ** 32 + words[2 * i];
    // Beyond 2^53, a double has no room for the last digits.
    if (values[i] > 2 ** 53 || values[i] < -(2 ** 53))
      throw tooLarge(cellPlace(i, places), longText(words, i, isSigned));
  }
  return values;
}

function longText(words: Uint32Array, i: number, isSigned: boolean): string {
  const bits = (BigInt(words[2 * i + 1]) << 32n) | BigInt(words[2 * i]);
  return String(isSigned ? BigInt.asIntN(64, bits) : bits);
}

/** The error for an integer that no double holds exactly. */
export function tooLarge(place: string, found: string): DataError {
  const hint = "numbers are doubles here; as floats in the file, they are rounded there";
  return new DataError(`${place}: expected a whole number within ±2^53, found ${found}`, hint);
}
