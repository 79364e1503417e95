import { type Numbers, sharedBytes, type VectorSet } from "./vectors.js";

/** Returns the number of bytes of a row of d bits. */
export const bytesOfBits = (d: number): number => Math.ceil(d / 8);

/**
 * Packs the first d of the components of each row into `to`: a bit for each, the first one in the highest bit of a byte.
 *
 * @param values rows of `columns` components. @param to zeros.
 */
export function packBits(
  values: Numbers,
  columns: number,
  d: number,
  to: Uint8Array,
  isSet: (value: number, at: number) => boolean,
): void {
  const rowBytes = bytesOfBits(d);
  for (let row = 0, start = 0; start < values.length; row++, start += columns) {
    for (let k = 0; k < d; k++) {
      if (isSet(values[start + k], start + k)) to[row * rowBytes + (k >> 3)] |= 128 >> (k & 7);
    }
  }
}

/** Whether the bit of a component is set that is quantised as `binary`. */
export const isPositive = (value: number): boolean => value > 0;

/** Returns a set with the signs of its components as packed bits. */
export function packedSigns(set: VectorSet): VectorSet {
  const { values, rows, dimensions: d } = set;
  const bits = sharedBytes(rows * bytesOfBits(d));
  packBits(values, d, d, bits, isPositive);
  return { ...set, values: new Float32Array(0), bits };
}

/** The number of set bits of each byte. */
const SET_BITS = Uint8Array.from({ length: 256 }, (_, byte) => byte.toString(2).replaceAll("0", "").length);

/** Returns the number of bits that are set in row i. */
export function setBits(bits: Uint8Array, i: number, rowBytes: number): number {
  let count = 0;
  for (let k = i * rowBytes; k < (i + 1) * rowBytes; k++) count += SET_BITS[bits[k]];
  return count;
}

/** Returns the number of bits in which row i of one set differs from row j of another. */
export function differingBits(a: Uint8Array, i: number, b: Uint8Array, j: number, rowBytes: number): number {
  let count = 0;
  for (let k = 0; k < rowBytes; k++) count += SET_BITS[a[i * rowBytes + k] ^ b[j * rowBytes + k]];
  return count;
}
