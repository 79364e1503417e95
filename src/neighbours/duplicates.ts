/** The result of {@link HashList}. */
export interface Duplicates {
  /** Number of items that are equal to an earlier item. */
  readonly count: number;
  /** The index of the first of these items, and of the earlier item; null if all items differ. */
  readonly first: readonly [number, number] | null;
}

/**
 * Finds equal items in a stream by 64-bit hashes. The probability that two of a million different items have the same hash
 * is 3·10⁻⁸. Consecutive equal items are stored once.
 */
export class HashList {
  private halves = new Uint32Array(1 << 10);
  private length = 0;
  /** Number of items that are equal to the item before, and the index of the first one. */
  private repeats = 0;
  private firstRepeat = Number.POSITIVE_INFINITY;

  addNumbers(values: ArrayLike<number>): void {
    this.add(hashed(values));
  }

  addText(text: string): void {
    const hash = new Hash();
    for (let i = 0; i < text.length; i++) hash.mix(text.charCodeAt(i));
    this.add(hash);
  }

  result(): Duplicates {
    const hashes = new BigUint64Array(this.halves.buffer, 0, this.length);
    const sorted = hashes.slice().sort();
    const repeated = new Set<bigint>();
    let count = this.repeats;
    for (let i = 1; i < sorted.length; i++) {
      if (sorted[i] !== sorted[i - 1]) continue;
      repeated.add(sorted[i]);
      count++;
    }
    const pair = firstPair(hashes, repeated);
    // Up to the first repeat, the index of a hash in the list is the index of its item.
    if (pair ? pair[0] < this.firstRepeat : this.repeats === 0) return { count, first: pair };
    return { count, first: [this.firstRepeat, this.firstRepeat - 1] };
  }

  private add({ low, high }: Hash): void {
    const end = 2 * this.length;
    if (end > 0 && this.halves[end - 2] === low && this.halves[end - 1] === high) {
      if (this.repeats === 0) this.firstRepeat = this.length;
      this.repeats++;
      return;
    }
    if (end === this.halves.length) {
      const larger = new Uint32Array(2 * this.halves.length);
      larger.set(this.halves);
      this.halves = larger;
    }
    this.halves[end] = low;
    this.halves[end + 1] = high;
    this.length++;
  }
}

/** Returns a hash of 53 bits, which is the same for equal numbers. */
export function hashOfNumbers(values: ArrayLike<number>): number {
  const { low, high } = hashed(values);
  return (high & 0x1fffff) * 2 ** 32 + low;
}

function hashed(values: ArrayLike<number>): Hash {
  const hash = new Hash();
  for (let i = 0; i < values.length; i++) {
    // Adding 0 turns −0 into +0; other equal numbers have equal bits.
    NUMBER[0] = values[i] + 0;
    hash.mix(BITS[0]);
    hash.mix(BITS[1]);
  }
  return hash;
}

/** Returns the indexes of the first item whose hash occurred before, and of the earlier item. */
function firstPair(hashes: BigUint64Array, repeated: ReadonlySet<bigint>): [number, number] | null {
  const seen = new Map<bigint, number>();
  for (let i = 0; repeated.size > 0; i++) {
    const earlier = seen.get(hashes[i]);
    if (earlier !== undefined) return [i, earlier];
    if (repeated.has(hashes[i])) seen.set(hashes[i], i);
  }
  return null;
}

const NUMBER = new Float64Array(1);
const BITS = new Uint32Array(NUMBER.buffer);

/**
 * Computes two 32-bit hashes of the same words, with different seeds and multipliers, each mixed as in MurmurHash3.
 *
 * @see https://github.com/aappleby/smhasher/blob/master/src/MurmurHash3.cpp
 */
class Hash {
  private a = 0x2f0b4f27;
  private b = 0x61c88647;

  mix(word: number): void {
    let k = Math.imul(word, 0xcc9e2d51);
    k = Math.imul((k << 15) | (k >>> 17), 0x1b873593);
    this.a ^= k;
    this.a = (Math.imul((this.a << 13) | (this.a >>> 19), 5) + 0xe6546b64) | 0;
    let j = Math.imul(word, 0x239b961b);
    j = Math.imul((j << 16) | (j >>> 16), 0xab0e9789);
    this.b ^= j;
    this.b = (Math.imul((this.b << 17) | (this.b >>> 15), 5) + 0x561ccd1b) | 0;
  }

  get low(): number {
    return finished(this.a ^ this.b);
  }

  get high(): number {
    return finished(Math.imul(this.b, 5) + this.a);
  }
}

function finished(hash: number): number {
  let h = hash ^ (hash >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
