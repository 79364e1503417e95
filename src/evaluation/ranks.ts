/** The order of n numbers, in which equal numbers have the same place. */
export interface Ranks {
  /** For each number, how many are less. */
  readonly less: Uint32Array;
  /** For each number of less ones, how many numbers have it: the sizes of the groups of equal numbers. */
  readonly equal: Uint32Array;
}

/** Returns the order of n numbers. Takes O(n log n) operations. */
export function ranksOf(x: Float64Array): Ranks {
  const sorted = x.slice().sort();
  const less = new Uint32Array(x.length);
  const equal = new Uint32Array(x.length);
  for (let i = 0; i < x.length; i++) {
    const number = x[i];
    let [from, end] = [0, sorted.length];
    while (from < end) {
      const middle = (from + end) >>> 1;
      if (sorted[middle] < number) from = middle + 1;
      else end = middle;
    }
    less[i] = from;
    equal[from]++;
  }
  return { less, equal };
}

/** Returns the ranks of n numbers, which may be known. */
export const ranked = (x: Float64Array | Ranks): Ranks => (x instanceof Float64Array ? ranksOf(x) : x);

/** Returns the rank of each number, from 1 for the least; equal numbers have the mean of their ranks. */
export function averageRanks({ less, equal }: Ranks): Float64Array {
  const ranks = new Float64Array(less.length);
  for (let i = 0; i < ranks.length; i++) ranks[i] = less[i] + (equal[less[i]] + 1) / 2;
  return ranks;
}

/** Returns the positions of n numbers in ascending order, equal ones in the order of `positions`. Takes O(n) operations. */
export function sortedBy({ less }: Ranks, positions: Uint32Array): Uint32Array {
  const next = everyPosition(less.length);
  const sorted = new Uint32Array(positions.length);
  for (let at = 0; at < positions.length; at++) sorted[next[less[positions[at]]]++] = positions[at];
  return sorted;
}

/** Returns the positions from 0 to n − 1. */
export function everyPosition(n: number): Uint32Array {
  const positions = new Uint32Array(n);
  for (let i = 0; i < n; i++) positions[i] = i;
  return positions;
}
