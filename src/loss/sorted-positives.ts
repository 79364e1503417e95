import { partitionPoint } from "../core/partition-point.js";
import type { Pairs } from "./pairs.js";

/** The positives of every anchor in ascending order: at most Σ (class size)² numbers. */
export class SortedPositives {
  readonly values: Float64Array;
  /** The positives of anchor i are `values[start[i]] … values[start[i + 1] − 1]`. */
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

  /** Returns the first position whose positive `isPast`, which must then hold for all later ones; the end if none is. */
  endOf(anchor: number, isPast: (positive: number) => boolean): number {
    return partitionPoint(this.values, this.start[anchor], this.start[anchor + 1], isPast);
  }
}
