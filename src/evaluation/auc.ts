import { partitionPoint } from "../core/partition-point.js";

/** So many buckets a positive make a search short. */
const BUCKETS_EACH = 4;

/** An area under the ROC curve. */
export interface Auc {
  /** The share of pairs of a positive and a negative in which the positive is the greater, ties counting half. */
  readonly area: number;
  /** How far it may be off: 0 unless there were too many positives to keep. */
  readonly error: number;
}

/**
 * The area under the ROC curve, exactly. Every positive is known before the first negative goes by, so that none of these
 * is kept.
 *
 * @see J. A. Hanley, B. J. McNeil, "The meaning and use of the area under a ROC curve", https://doi.org/10.1148/radiology.143.1.7063747
 */
export class AucCounter {
  private readonly sorted: Float64Array;
  private readonly least: number;
  private readonly range: number;
  /** How many positives stand in buckets below each. */
  private readonly starts: Uint32Array;
  private negatives = 0;
  private above = 0;

  /** @param positives their scores. */
  constructor(positives: Float64Array) {
    this.sorted = positives.slice().sort();
    const { length } = positives;
    this.least = this.sorted[0] ?? 0;
    this.range = (this.sorted[length - 1] ?? 0) - this.least;
    const buckets = Math.max(1, BUCKETS_EACH * length);
    this.starts = new Uint32Array(buckets + 2);
    for (const score of this.sorted) this.starts[this.bucketOf(score) + 1]++;
    for (let i = 1; i < this.starts.length; i++) this.starts[i] += this.starts[i - 1];
  }

  private bucketOf(score: number): number {
    const last = this.starts.length - 2;
    // Divided first: the range may be so small that its inverse is infinite; nor need it be finite itself.
    const share = this.range > 0 && this.range < Number.POSITIVE_INFINITY ? (score - this.least) / this.range : 0;
    return Math.max(0, Math.min(last, Math.floor(share * last)));
  }

  /**
   * @param score of a negative, off by up to `slack`.
   * @param exact gives the score itself, where a positive is that near.
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

  /** The place of the first positive that is `bound` or more. */
  private placeOf(bound: number): number {
    const bucket = this.bucketOf(bound);
    return partitionPoint(this.sorted, this.starts[bucket], this.starts[bucket + 1], (score) => score >= bound);
  }

  /** Null without positives or negatives. */
  result(): Auc | null {
    const pairs = this.negatives * this.sorted.length;
    return pairs === 0 ? null : { area: this.above / pairs, error: 0 };
  }
}

function firstAbove(sorted: Float64Array, from: number, bound: number): number {
  return partitionPoint(sorted, from, sorted.length, (score) => score > bound);
}
