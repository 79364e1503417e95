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
   * @param score the score of a negative, with an error of up to `slack`.
   * @param exact returns the exact score; called if a positive is within the error.
   */
  add(score: number, slack: number, exact: () => number): void {
    const { sorted } = this;
    this.negatives++;
    const place = this.placeOf(score - slack);
    if (place < sorted.length && sorted[place] <= score + slack) {
      const own = exact();
      const below = this.placeOf(own);
      const end = firstAbove(sorted, below, own);
      this.above += sorted.length - end + (end - below) / 2;
    } else this.above += sorted.length - place;
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
