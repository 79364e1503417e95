import type { CellLoss, Terms } from "./cell-kind.js";
import type { Pairs } from "./pairs.js";
import { SortedPositives } from "./sorted-positives.js";

/**
 * One triplet for each anchor and positive, with the most similar negative below the positive; if none is below it, with
 * the least similar negative: `max(negative − positive + margin, 0)`. Of equal negatives the first is chosen.
 *
 * A negative belongs to the gap below the first sorted positive that exceeds it. The negative chosen for a positive is the
 * largest one of all gaps up to its own.
 *
 * @see https://arxiv.org/abs/1503.03832; `TripletSemiHardLoss` of TensorFlow Addons with `distance_metric="angular"`
 */
export class SemiHard implements CellLoss {
  private readonly sorted: SortedPositives;
  /** The largest negative in the gap below each positive, its index, and the number of active triplets that use it. */
  private readonly largest: Float64Array;
  private readonly largestIndex: Int32Array;
  private readonly uses: Float64Array;
  /** The smallest negative of each anchor, its index, and the number of active triplets that use it. */
  private readonly least: Float64Array;
  private readonly leastIndex: Int32Array;
  private readonly leastUses: Float64Array;
  /** The loss of each anchor and positive. */
  private readonly losses: Float64Array;

  constructor(
    private readonly pairs: Pairs,
    private readonly margin: number,
  ) {
    const { size } = pairs;
    this.sorted = new SortedPositives(pairs);
    const { length } = this.sorted.values;
    this.largest = new Float64Array(length).fill(Number.NEGATIVE_INFINITY);
    this.largestIndex = new Int32Array(length).fill(-1);
    this.uses = new Float64Array(length);
    this.least = new Float64Array(size).fill(Number.POSITIVE_INFINITY);
    this.leastIndex = new Int32Array(size).fill(-1);
    this.leastUses = new Float64Array(size);
    this.losses = new Float64Array(length);
  }

  positive(anchor: number, _: number, value: number): void {
    this.sorted.add(anchor, value);
  }

  ready(anchor: number): void {
    this.sorted.sort(anchor);
  }

  negative(anchor: number, other: number, value: number): void {
    if (value < this.least[anchor]) {
      this.least[anchor] = value;
      this.leastIndex[anchor] = other;
    }
    const gap = this.gapOf(anchor, value);
    if (gap < this.sorted.start[anchor + 1] && value > this.largest[gap]) {
      this.largest[gap] = value;
      this.largestIndex[gap] = other;
    }
  }

  /** Returns the first positive greater than a negative. */
  private gapOf(anchor: number, negative: number): number {
    return this.sorted.endOf(anchor, (positive) => positive > negative);
  }

  finish(): readonly [Terms] {
    const { size, positives, negatives } = this.pairs;
    const { start, values } = this.sorted;
    const sum = new Float64Array(size);
    const active = new Float64Array(size);
    const count = positives.map((pairs, i) => (negatives[i] > 0 ? pairs : 0));
    for (let i = 0; i < size; i++) {
      if (count[i] === 0) continue;
      let chosen = -1;
      for (let k = start[i]; k < start[i + 1]; k++) {
        // Gaps are in ascending order, so the last non-empty one holds the largest negative.
        if (this.largestIndex[k] >= 0) chosen = k;
        const negative = chosen < 0 ? this.least[i] : this.largest[chosen];
        this.losses[k] = Math.max(negative - values[k] + this.margin, 0);
        if (this.losses[k] === 0) continue;
        if (chosen < 0) this.leastUses[i]++;
        else this.uses[chosen]++;
        sum[i] += this.losses[k];
        active[i]++;
      }
    }
    return [{ sum, count, active }];
  }

  positiveSlope(anchor: number, _: number, value: number): number {
    // Equal positives have equal losses.
    return this.losses[this.sorted.endOf(anchor, (positive) => positive >= value)] > 0 ? -1 : 0;
  }

  negativeSlope(anchor: number, other: number, value: number): number {
    const gap = this.gapOf(anchor, value);
    const chosen = gap < this.sorted.start[anchor + 1] && this.largestIndex[gap] === other ? this.uses[gap] : 0;
    return chosen + (this.leastIndex[anchor] === other ? this.leastUses[anchor] : 0);
  }
}
