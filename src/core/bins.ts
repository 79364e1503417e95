/** Counts values in bins of equal width between two values; the first and the last bin include what lies beyond. */
export class Bins {
  readonly counts: number[];

  constructor(
    private readonly from: number,
    private readonly to: number,
    bins: number,
  ) {
    this.counts = new Array<number>(bins).fill(0);
  }

  /** @param count how many times the value occurs. */
  add(value: number, count: number): void {
    const { from, to, counts } = this;
    const bin = to > from ? Math.floor(((value - from) / (to - from)) * counts.length) : 0;
    counts[Math.max(0, Math.min(counts.length - 1, bin))] += count;
  }
}

/** Returns the counts in fewer bins, of `together` neighbours each. */
export function joinedBins(counts: readonly number[], together: number): number[] {
  const joined = new Array<number>(Math.ceil(counts.length / together)).fill(0);
  for (const [i, count] of counts.entries()) joined[Math.floor(i / together)] += count;
  return joined;
}
