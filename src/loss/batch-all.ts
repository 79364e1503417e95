import type { AnchorLoss, Terms } from "./kind.js";
import type { Pairs } from "./pairs.js";
import { SortedPositives } from "./sorted-positives.js";

/**
 * Every triplet of an anchor, a positive and a negative: `max(negative − positive + margin, 0)`.
 *
 * The positives that a negative is too near to are the least similar ones, so that a search among the sorted positives
 * and their running sum replace the loop over all triplets.
 */
export class BatchAll implements AnchorLoss {
  private readonly sorted: SortedPositives;
  /** Σ of the positives of an anchor before each. */
  private readonly before: Float64Array;
  /** How many negatives are too near to each positive; until `finish`, to it and not to the next one. */
  private readonly near: Float64Array;
  private readonly sum: Float64Array;
  private readonly active: Float64Array;

  constructor(
    private readonly pairs: Pairs,
    private readonly margin: number,
  ) {
    this.sorted = new SortedPositives(pairs);
    this.before = new Float64Array(this.sorted.values.length);
    this.near = new Float64Array(this.sorted.values.length);
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
    const end = this.endOfNear(anchor, value);
    const count = end - start[anchor];
    if (count === 0) return;
    this.near[end - 1]++;
    this.active[anchor] += count;
    this.sum[anchor] += count * (value + this.margin) - (this.before[end - 1] + values[end - 1]);
  }

  private endOfNear(anchor: number, negative: number): number {
    return this.sorted.endOf(anchor, (positive) => negative - positive + this.margin > 0);
  }

  finish(): readonly [Terms] {
    const { size, positives, negatives } = this.pairs;
    const { start } = this.sorted;
    for (let i = 0; i < size; i++) {
      for (let k = start[i + 1] - 2; k >= start[i]; k--) this.near[k] += this.near[k + 1];
    }
    return [{ sum: this.sum, count: positives.map((count, i) => count * negatives[i]), active: this.active }];
  }

  positiveSlope(anchor: number, _: number, value: number): number {
    // Equal positives are too near to the same negatives.
    return -this.near[this.sorted.endOf(anchor, (positive) => positive < value)];
  }

  negativeSlope(anchor: number, _: number, value: number): number {
    return this.endOfNear(anchor, value) - this.sorted.start[anchor];
  }
}
