import { partitionPoint } from "../core/partition-point.js";
import { MARK } from "../kernels/score-reducer.js";
import type { BinWindow } from "../kernels/score-spans.js";
import type { AucCounter } from "./auc.js";
import type { ScoreHistogram } from "./score-histogram.js";

/** Number of cells that a counter can count. */
const MOST_COUNTED = 2 ** 31 - 1;

/**
 * The counters in which threads count negatives, and what they mean: scores of a histogram and, in a bin without a positive,
 * negatives below all positives of the bins above. Bins with a positive are marked; the kernels compare the negatives in them one by one.
 */
export class BinCounters {
  window: BinWindow;
  /** The number of the first bin of the window. */
  private start: number;
  private counted = 0;

  /**
   * @param counters those of each thread. @param margin the largest distance up to which a negative is not compared with a positive by
   * its bin.
   */
  constructor(
    private readonly counters: readonly Int32Array[],
    private readonly histogram: ScoreHistogram,
    private readonly auc: AucCounter | null,
    private readonly margin: number,
  ) {
    this.window = histogram.window();
    this.start = histogram.start;
  }

  /** Prepares for so many more negatives. */
  expect(negatives: number): void {
    if (this.counted + negatives > MOST_COUNTED) this.settle();
    this.counted += negatives;
  }

  /** Widens the window to include negatives between two scores. */
  include(min: number, max: number): void {
    const { histogram } = this;
    this.settle();
    histogram.include(min, max);
    this.window = histogram.window();
    this.start = histogram.start;
    this.mark();
  }

  /** The largest absolute value of the negatives in the window. */
  get largest(): number {
    return Math.max(-this.window.from, this.window.to);
  }

  /** Moves a negative to the bin of its exact score. */
  move(counted: number, exact: number): void {
    const { histogram, window } = this;
    if (exact >= window.from && exact < window.to) histogram.include(exact, exact);
    else this.include(exact, exact);
    histogram.addToBin(histogram.binOf(counted), -1);
    histogram.addToBin(histogram.binOf(exact), 1);
  }

  /** Takes the counts of all threads. */
  settle(): void {
    const { counters, histogram, auc, start, window } = this;
    const { bins } = histogram;
    const [first, last] = histogram.range;
    const positives = auc?.positives ?? new Float64Array(0);
    let [below, negatives] = [0, 0];
    this.counted = 0;
    for (let bin = start; bin < start + bins; bin++) {
      const at = bin & (bins - 1);
      let count = 0;
      for (const own of counters) {
        count += own[at] & ~MARK;
        own[at] &= MARK;
      }
      if (count === 0) continue;
      // A negative score that underflows when scaled is counted in bin 0.
      histogram.addToBin(Math.max(first, Math.min(last, bin)), count);
      if (counters[0][at] < 0) continue;
      const edge = bin * window.width;
      if (positives[below] < edge) {
        auc?.addPairs(negatives, positives.length - below);
        negatives = 0;
        while (positives[below] < edge) below++;
      }
      negatives += count;
    }
    auc?.addPairs(negatives, positives.length - below);
  }

  /** Marks the bins of the window that are at most the margin from a positive. */
  private mark(): void {
    const { counters, histogram, auc, margin, start, window } = this;
    const { bins } = histogram;
    const [marks, ...others] = counters;
    const positives = auc?.positives ?? new Float64Array(0);
    marks.fill(0);
    let next = start;
    let at = partitionPoint(positives, 0, positives.length, (positive) => positive + margin >= window.from);
    for (; at < positives.length && next < start + bins; at++) {
      const from = Math.floor((positives[at] - margin) / window.width);
      const to = Math.min(start + bins - 1, Math.floor((positives[at] + margin) / window.width));
      for (next = Math.max(next, from); next <= to; next++) marks[next & (bins - 1)] = MARK;
    }
    for (const own of others) own.set(marks);
  }
}
