import type { Numbers } from "../../core/vectors.js";
import { expectExact, type PlaceOf } from "../../input/finite.js";

/** The type of the numbers in an array. */
export interface ItemType {
  readonly bytes: number;
  /** Whether the bytes are those of a `Float32Array` or a `Float64Array`. */
  readonly isPlain: boolean;
  /**
   * Converts bytes to numbers: float32 for floating-point types up to that size, otherwise float64. The bytes must
   * start their buffer; the result may overwrite and reuse them.
   *
   * @throws {DataError} for an integer that a double cannot represent.
   */
  numbers(bytes: Uint8Array<ArrayBuffer>, placeOf: PlaceOf): Numbers;
}

type Conversion = (buffer: ArrayBuffer, count: number, placeOf: PlaceOf) => Numbers;

const CONVERSIONS: { readonly [kind: string]: Conversion | undefined } = {
  f2: (buffer, count) => fromHalves(new Uint16Array(buffer, 0, count)),
  f4: (buffer, count) => new Float32Array(buffer, 0, count),
  f8: (buffer, count) => new Float64Array(buffer, 0, count),
  b1: (buffer, count) => new Float64Array(new Uint8Array(buffer, 0, count)),
  i1: (buffer, count) => new Float64Array(new Int8Array(buffer, 0, count)),
  i2: (buffer, count) => new Float64Array(new Int16Array(buffer, 0, count)),
  i4: (buffer, count) => new Float64Array(new Int32Array(buffer, 0, count)),
  i8: (buffer, count, placeOf) => fromLongs(new BigInt64Array(buffer, 0, count), placeOf),
  u1: (buffer, count) => new Float64Array(new Uint8Array(buffer, 0, count)),
  u2: (buffer, count) => new Float64Array(new Uint16Array(buffer, 0, count)),
  u4: (buffer, count) => new Float64Array(new Uint32Array(buffer, 0, count)),
  u8: (buffer, count, placeOf) => fromLongs(new BigUint64Array(buffer, 0, count), placeOf),
};

/** Returns the type in NumPy's notation, such as `<f4`; null for an unsupported one. */
export function itemType(descr: string): ItemType | null {
  const [, order, kind] = /^([<>|=])(..)$/.exec(descr) ?? [];
  const convert = CONVERSIONS[kind ?? ""];
  if (!convert) return null;
  const bytes = Number(kind[1]);
  return {
    bytes,
    isPlain: order === "<" && kind.startsWith("f") && bytes > 2,
    numbers(stored, placeOf) {
      if (order === ">") swapBytes(stored, bytes);
      return convert(stored.buffer, stored.length / bytes, placeOf);
    },
  };
}

/** Reverses the byte order of each item in place. */
export function swapBytes({ buffer, byteOffset, length }: Uint8Array, width: number): void {
  const bytes = Buffer.from(buffer, byteOffset, length);
  if (width === 2) bytes.swap16();
  if (width === 4) bytes.swap32();
  if (width === 8) bytes.swap64();
}

/** Converts half-precision floats: 1 sign bit, 5 bits of exponent, 10 bits of fraction. */
export function fromHalves(halves: Uint16Array): Float32Array {
  return Float32Array.from(halves, (half) => {
    const exponent = (half >> 10) & 31;
    const fraction = half & 1023;
    const sign = half >> 15 ? -1 : 1;
    if (exponent === 31) return fraction > 0 ? Number.NaN : sign * Number.POSITIVE_INFINITY;
    return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25));
  });
}

/**
 * Converts 64-bit integers to doubles.
 *
 * @throws {DataError} for an integer that a double cannot represent.
 */
export function fromLongs(longs: BigInt64Array | BigUint64Array, placeOf: PlaceOf): Float64Array {
  const values = new Float64Array(longs.length);
  for (let i = 0; i < values.length; i++) {
    const number = Number(longs[i]);
    // A result below 2^53 is exact: rounding cannot give a smaller number.
    values[i] = Math.abs(number) < 2 ** 53 ? number : expectExact(longs[i], () => placeOf(i));
  }
  return values;
}
