import type { Numbers } from "../../core/vectors.js";
import { expectExact, type PlaceOf } from "../../input/finite.js";

/** How numbers lie in the bytes of an array. */
export interface ItemType {
  readonly bytes: number;
  /**
   * The numbers in some bytes, which start a buffer, and may be changed and kept: as float32 where they are floating
   * point of that size at most, else as float64.
   *
   * @throws {DataError} for an integer that no double holds.
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

/** The type that NumPy spells so, such as `<f4`; null for one that is no real number, or none that is read. */
export function itemType(descr: string): ItemType | null {
  const [, order, kind] = /^([<>|=])(..)$/.exec(descr) ?? [];
  const convert = CONVERSIONS[kind ?? ""];
  if (!convert) return null;
  const bytes = Number(kind[1]);
  return {
    bytes,
    numbers(stored, placeOf) {
      if (order === ">") swapBytes(stored, bytes);
      return convert(stored.buffer, stored.length / bytes, placeOf);
    },
  };
}

/** Turns the order of the bytes of each item around. */
export function swapBytes({ buffer, byteOffset, length }: Uint8Array, width: number): void {
  const bytes = Buffer.from(buffer, byteOffset, length);
  if (width === 2) bytes.swap16();
  if (width === 4) bytes.swap32();
  if (width === 8) bytes.swap64();
}

/** Half floats: a sign, 5 bits of exponent, 10 bits of fraction. */
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
 * Integers of 64 bits as doubles.
 *
 * @throws {DataError} for one that no double holds.
 */
export function fromLongs(longs: BigInt64Array | BigUint64Array, placeOf: PlaceOf): Float64Array {
  const values = new Float64Array(longs.length);
  for (let i = 0; i < values.length; i++) {
    const number = Number(longs[i]);
    // Nothing is rounded to less than 2^53.
    values[i] = Math.abs(number) < 2 ** 53 ? number : expectExact(longs[i], () => placeOf(i));
  }
  return values;
}
