import { partitionPoint } from "../core/partition-point.js";

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
  /** Twice the number of pairs whose positive is greater, where a tie counts half. It may exceed the integers that doubles represent. */
  private twice = 0n;

  /** @param positives the scores of all positives in ascending order. */
  constructor(readonly positives: Float64Array) {}

  /** The largest absolute value of the positives; 0 if there are none. */
  get largest(): number {
    const { positives } = this;
    return positives.length === 0 ? 0 : Math.max(-positives[0], positives[positives.length - 1]);
  }

  /** Adds a negative by its exact score. */
  add(score: number): void {
    const { positives } = this;
    const below = partitionPoint(positives, 0, positives.length, (positive) => positive >= score);
    const end = partitionPoint(positives, below, positives.length, (positive) => positive > score);
    this.twice += BigInt(2 * (positives.length - end) + end - below);
  }

  /** Adds several negatives, each below `greater` positives and equal to none. */
  addPairs(negatives: number, greater: number): void {
    this.twice += 2n * BigInt(negatives) * BigInt(greater);
  }

  /** Twice the number of pairs so far whose positive is greater. */
  get twicePairs(): bigint {
    return this.twice;
  }

  /** Adds pairs that another counter with the same positives has counted. */
  addTwicePairs(twice: bigint): void {
    this.twice += twice;
  }

  /** Returns null without positives or negatives. @param negatives their number. */
  result(negatives: number): Auc | null {
    const pairs = negatives * this.positives.length;
    return pairs === 0 ? null : { area: Number(this.twice) / 2 / pairs, error: 0 };
  }
}
