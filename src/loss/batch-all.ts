import type { CellLoss, Terms } from "./cell-kind.js";
import type { Pairs } from "./pairs.js";
import { SortedPositives } from "./sorted-positives.js";

/**
 * All triplets of an anchor, a positive and a negative: `max(negative − positive + margin, 0)`.
 *
 * A triplet is active when the positive is below `negative + margin`. The active positives of a negative come first among
 * the sorted positives, so a binary search and a running sum replace the loop over all triplets.
 */
export class BatchAll implements CellLoss {
  private readonly sorted: SortedPositives;
  /** For each positive: the sum of the anchor's positives before it. */
  private readonly before: Float64Array;
  /** For each positive: its active triplets. Until `finish`, those whose last active positive it is. */
  private readonly activeOf: Float64Array;
  private readonly sum: Float64Array;
  private readonly active: Float64Array;

  constructor(
    private readonly pairs: Pairs,
    private readonly margin: number,
  ) {
    this.sorted = new SortedPositives(pairs);
    this.before = new Float64Array(this.sorted.values.length);
    this.activeOf = new Float64Array(this.sorted.values.length);
    this.sum = new Float64Array(pairs.size);
    this.active = new Float64Array(pairs.size);
  }

  positive(anchor: number, _: number, value: number): void {
    this.sorted.add(anchor, value);
  }

  ready(anchor: number): void {
    this.sorted.sort(anchor);
    const { start, values } = this.sorted;
    for (let k = start[anchor] + 1; k < start[anchor + 1]; k++) this.before[k] = this.before[k - 1] + values[k - 1];
  }

  negative(anchor: number, _: number, value: number): void {
    const { start, values } = this.sorted;
    const end = this.endOfActive(anchor, value);
    const count = end - start[anchor];
    if (count === 0) return;
    this.activeOf[end - 1]++;
    this.active[anchor] += count;
    this.sum[anchor] += count * (value + this.margin) - (this.before[end - 1] + values[end - 1]);
  }

  private endOfActive(anchor: number, negative: number): number {
    return this.sorted.endOf(anchor, (positive) => negative - positive + this.margin <= 0);
  }

  finish(): readonly [Terms] {
    const { size, positives, negatives } = this.pairs;
    const { start } = this.sorted;
    for (let i = 0; i < size; i++) {
      for (let k = start[i + 1] - 2; k >= start[i]; k--) this.activeOf[k] += this.activeOf[k + 1];
    }
    return [{ sum: this.sum, count: positives.map((count, i) => count * negatives[i]), active: this.active }];
  }

  positiveSlope(anchor: number, _: number, value: number): number {
    // Equal positives have the same active triplets.
    return -this.activeOf[this.sorted.endOf(anchor, (positive) => positive >= value)];
  }

  negativeSlope(anchor: number, _: number, value: number): number {
    return this.endOfActive(anchor, value) - this.sorted.start[anchor];
  }
}
