import type { Numbers, VectorSet } from "../../core/vectors.js";

/** The exponent of a row of zeros. */
export const NO_EXPONENT = -0x8000;
/** The quantum of a row of zeros, which is a multiple of every number. */
const NO_QUANTUM = 0x7fff;

/** More than any word of a number. */
const NO_WORD = 0x7fffffff;

/** Within 2^±200, products of components and their sums are far from the limits of a double. */
const SAFE_EXPONENT = 200;
/** A factor of two to the power of this, or its inverse, brings the components of any row within 2^±200. */
const MAX_SHIFT = 1000;

/**
 * What decides which arithmetic is exact for a row, found when the row is first used: which takes about 1 ns for each
 * component and 5 bytes for each row.
 */
export class RowFacts {
  /** e with `2^e ≤ max |x| < 2^(e+1)`. */
  readonly exponents: Int16Array;
  /** q such that each component is an integer multiple of 2^q; not always the greatest. */
  readonly quanta: Int16Array;
  /** The number of significant bits of the longest component, or all that a number has; 0 for a row that has not been used. */
  readonly lengths: Uint8Array;
  readonly values: Numbers;
  readonly d: number;
  private readonly words: Uint32Array;

  private constructor({ values, rows, dimensions }: VectorSet) {
    this.values = values;
    this.d = dimensions;
    this.exponents = new Int16Array(rows);
    this.quanta = new Int16Array(rows);
    this.lengths = new Uint8Array(rows);
    this.words = new Uint32Array(values.buffer, values.byteOffset, values.byteLength / Uint32Array.BYTES_PER_ELEMENT);
  }

  /** Returns the facts of a set, which several metrics share. Its rows may not change. */
  static of(set: VectorSet): RowFacts {
    const facts = known.get(set) ?? new RowFacts(set);
    known.set(set, facts);
    return facts;
  }

  /** Finds the facts of a row, unless they are known. */
  learn(row: number): void {
    if (this.lengths[row] > 0) return;
    if (this.values instanceof Float64Array) this.learnDoubles(row);
    else this.learnFloats(row);
  }

  /** Whether all components of a row are equal. */
  isConstant(row: number): boolean {
    const { values, d } = this;
    for (let k = row * d + 1; k < (row + 1) * d; k++) if (values[k] !== values[row * d]) return false;
    return true;
  }

  private learnDoubles(row: number): void {
    const { words, d } = this;
    let [greatest, least, odd] = [0, NO_WORD, 0];
    for (let at = 2 * row * d; at < 2 * (row + 1) * d; at += 2) {
      const high = words[at + 1] & 0x7fffffff;
      if ((words[at] | high) === 0) continue;
      odd |= words[at];
      if (high > greatest) greatest = high;
      if (high < least) least = high;
    }
    const [first, last] = [greatest >>> 20, least >>> 20];
    if ((odd & 1) === 1 && last > 0) this.set(row, first - 1023, last - 1075, 53);
    else this.learnShortDoubles(row);
  }

  private learnShortDoubles(row: number): void {
    const { words, d } = this;
    let [exponent, quantum, length] = [NO_EXPONENT, NO_QUANTUM, 1];
    for (let at = 2 * row * d; at < 2 * (row + 1) * d; at += 2) {
      const low = words[at];
      const high = words[at + 1] & 0x7fffffff;
      if ((low | high) === 0) continue;
      const biased = high >>> 20;
      const top = (high & 0xfffff) | (biased === 0 ? 0 : 0x100000);
      const unit = (biased === 0 ? 1 : biased) - 1075;
      const first = top === 0 ? 31 - Math.clz32(low) : 63 - Math.clz32(top);
      const last = low === 0 ? 63 - Math.clz32(top & -top) : 31 - Math.clz32(low & -low);
      if (unit + first > exponent) exponent = unit + first;
      if (unit + last < quantum) quantum = unit + last;
      if (first - last >= length) length = first - last + 1;
    }
    this.set(row, exponent, quantum, length);
  }

  private learnFloats(row: number): void {
    const { words, d } = this;
    let [greatest, least, odd] = [0, NO_WORD, 0];
    for (let at = row * d; at < (row + 1) * d; at++) {
      const word = words[at] & 0x7fffffff;
      odd |= word;
      if (word > greatest) greatest = word;
      if (word < least && word > 0) least = word;
    }
    const [first, last] = [greatest >>> 23, least >>> 23];
    if ((odd & 1) === 1 && last > 0) this.set(row, first - 127, last - 150, 24);
    else this.learnShortFloats(row);
  }

  private learnShortFloats(row: number): void {
    const { words, d } = this;
    let [exponent, quantum, length] = [NO_EXPONENT, NO_QUANTUM, 1];
    for (let at = row * d; at < (row + 1) * d; at++) {
      const word = words[at] & 0x7fffffff;
      if (word === 0) continue;
      const biased = word >>> 23;
      const digits = (word & 0x7fffff) | (biased === 0 ? 0 : 0x800000);
      const unit = (biased === 0 ? 1 : biased) - 150;
      const first = 31 - Math.clz32(digits);
      const last = 31 - Math.clz32(digits & -digits);
      if (unit + first > exponent) exponent = unit + first;
      if (unit + last < quantum) quantum = unit + last;
      if (first - last >= length) length = first - last + 1;
    }
    this.set(row, exponent, quantum, length);
  }

  private set(row: number, exponent: number, quantum: number, length: number): void {
    this.exponents[row] = exponent;
    this.quanta[row] = quantum;
    this.lengths[row] = length;
  }
}

const known = new WeakMap<VectorSet, RowFacts>();

/** Returns s such that 2^s brings components of this exponent within 2^±200; 0 if they are. */
export function shiftOf(exponent: number): number {
  if (Math.abs(exponent) <= SAFE_EXPONENT || exponent === NO_EXPONENT) return 0;
  return Math.max(-MAX_SHIFT, Math.min(MAX_SHIFT, -exponent));
}

/** Writes a row, multiplied by a power of two, to `to`. Components below 2^−1022 may lose digits. */
export function scaleRow(values: Numbers, start: number, shift: number, to: Float64Array): void {
  const factor = 2 ** shift;
  for (let k = 0; k < to.length; k++) to[k] = values[start + k] * factor;
}
