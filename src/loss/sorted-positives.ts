import type { Pairs } from "./pairs.js";

/** The positives of every anchor, from the least similar on: Σ (class size)² numbers at most. */
export class SortedPositives {
  readonly values: Float64Array;
  /** Those of anchor i stand from `start[i]` to before `start[i + 1]`. */
  readonly start: Float64Array;
  private readonly filled: Float64Array;

  constructor({ size, positives }: Pairs) {
    this.start = new Float64Array(size + 1);
    for (let i = 0; i < size; i++) this.start[i + 1] = this.start[i] + positives[i];
    this.filled = this.start.slice(0, size);
    this.values = new Float64Array(this.start[size]);
  }

  add(anchor: number, value: number): void {
    this.values[this.filled[anchor]++] = value;
  }

  sort(anchor: number): void {
    this.values.subarray(this.start[anchor], this.start[anchor + 1]).sort();
  }

  /** Where the positives of an anchor end for which `holds`, which stops holding as they grow. */
  endOf(anchor: number, holds: (positive: number) => boolean): number {
    let low = this.start[anchor];
    let high = this.start[anchor + 1];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (holds(this.values[middle])) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
