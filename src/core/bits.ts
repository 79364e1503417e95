import type { VectorSet } from "./vectors.js";

/** A set of n rows of d packed bits in place of components. */
export interface BitSet extends VectorSet {
  readonly bits: Uint8Array;
}

/** Returns the number of bytes of a row of d bits. */
export const bytesOfBits = (d: number): number => Math.ceil(d / 8);

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
