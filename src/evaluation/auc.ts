import { partitionPoint } from "../core/partition-point.js";

/** Number of buckets per positive: enough to keep the search in a bucket short. */
const BUCKETS_EACH = 4;

/** The area under the ROC curve. */
export interface Auc {
  /** The share of pairs of a positive and a negative in which the positive is greater; a tie counts one half. */
  readonly area: number;
  /** The maximum error: 0 unless there are too many positives to keep. */
  readonly error: number;
}

/**
 * Computes the exact area under the ROC curve. All positives must be known at the start, so that negatives are not
 * kept.
 *
 * @see J. A. Hanley, B. J. McNeil, "The meaning and use of the area under a ROC curve",
 * https://doi.org/10.1148/radiology.143.1.7063747
 */
export class AucCounter {
  private readonly sorted: Float64Array;
  private readonly min: number;
  private readonly range: number;
  /** Number of positives below each bucket. */
  private readonly starts: Uint32Array;
  private negatives = 0;
  private above = 0;

  /** @param positives the scores of all positives. */
  constructor(positives: Float64Array) {
    this.sorted = positives.slice().sort();
    const { length } = positives;
    this.min = this.sorted[0] ?? 0;
    this.range = (this.sorted[length - 1] ?? 0) - this.min;
    const buckets = Math.max(1, BUCKETS_EACH * length);
    this.starts = new Uint32Array(buckets + 2);
    for (const score of this.sorted) this.starts[this.bucketOf(score) + 1]++;
    for (let i = 1; i < this.starts.length; i++) this.starts[i] += this.starts[i - 1];
  }

  private bucketOf(score: number): number {
    const last = this.starts.length - 2;
    // Division comes first: the inverse of a tiny range may be infinite, and the range itself may overflow.
    const share = this.range > 0 && this.range < Number.POSITIVE_INFINITY ? (score - this.min) / this.range : 0;
    return Math.max(0, Math.min(last, Math.floor(share * last)));
  }

  /**
   * Adds several negatives.
   *
   * @param slack the maximum error of a score.
   * @param exactOf returns the exact score of the k-th of them; called if a positive is within the error.
   */
  addAll(scores: Float64Array, slack: number, exactOf: (k: number) => number): void {
    const { sorted, starts, min } = this;
    let above = 0;
    for (let k = 0; k < scores.length; k++) {
      const score = scores[k];
      // Most negatives are below all positives, or in a bucket without any.
      if (score + slack < min) {
        above += sorted.length;
        continue;
      }
      const bucket = this.bucketOf(score - slack);
      const start = starts[bucket];
      if (start === starts[bucket + 1] && !(sorted[start] <= score + slack)) above += sorted.length - start;
      else above += this.aboveOf(score, slack, () => exactOf(k));
    }
    this.above += above;
    this.negatives += scores.length;
  }

  /** Returns the number of positives above a negative; a tie counts one half. */
  private aboveOf(score: number, slack: number, exact: () => number): number {
    const { sorted } = this;
    const place = this.placeOf(score - slack);
    if (!(place < sorted.length && sorted[place] <= score + slack)) return sorted.length - place;
    const own = exact();
    const below = this.placeOf(own);
    const end = firstAbove(sorted, below, own);
    return sorted.length - end + (end - below) / 2;
  }

  /** Returns the index of the first positive that is at least `bound`. */
  private placeOf(bound: number): number {
    const bucket = this.bucketOf(bound);
    return partitionPoint(this.sorted, this.starts[bucket], this.starts[bucket + 1], (score) => score >= bound);
  }

  /** Returns null without positives or negatives. */
  result(): Auc | null {
    const pairs = this.negatives * this.sorted.length;
    return pairs === 0 ? null : { area: this.above / pairs, error: 0 };
  }
}

function firstAbove(sorted: Float64Array, from: number, bound: number): number {
  return partitionPoint(sorted, from, sorted.length, (score) => score > bound);
}
