import { UsageError } from "../core/errors.js";
import type { KindName, Reduction } from "../core/results.js";
import type { HardestPairs } from "./hardest-pairs.js";
import type { Pairs } from "./pairs.js";

/** The losses of each anchor: their sum, how many there are (triplets, pairs, or one), and how many are above 0. */
export interface Terms {
  readonly sum: Float64Array;
  readonly count: Float64Array;
  readonly active: Float64Array;
}

/**
 * A loss at work on the anchors of one direction: it is shown the cells of S and keeps what it needs of each anchor.
 * The cells of an anchor come in the order of the others, so that sums have the same bits however S is cut into tiles.
 */
export interface AnchorLoss {
  positive(anchor: number, other: number, value: number): void;
  negative(anchor: number, other: number, value: number): void;
  /** Where a kind has this, it is shown all positives of an anchor, then this, then the negatives. */
  ready?(anchor: number): void;
  /** Once every cell has been shown: the losses, or those from positives and those from negatives, reduced apart. */
  finish(): readonly [Terms] | readonly [Terms, Terms];
  /** ∂(sum of the losses of the anchor)/∂S of a positive cell; known after `finish`. */
  positiveSlope(anchor: number, other: number, value: number): number;
  negativeSlope(anchor: number, other: number, value: number): number;
}

export type Settings = Readonly<Record<string, string | number>>;

/** A kind of loss, by its name, with the defaults of its reference. */
export interface LossKind<S extends Settings = Settings> {
  readonly name: KindName;
  /** The options that belong to it. */
  readonly defaults: S;
  readonly reduction: Reduction;
  /** The positive of anchor i is `S[i, i]` alone, whatever the labels. */
  readonly ofDiagonal: boolean;
  /** Whether an anchor has many terms, which are worth being told. */
  readonly manyTerms: boolean;
  begin(pairs: Pairs, settings: S, hardest: HardestPairs): AnchorLoss;
}

/** A term an anchor. */
export function termOfEach(sum: Float64Array, count: Float64Array): Terms {
  return { sum, count, active: sum.map((loss) => (loss > 0 ? 1 : 0)) };
}

/** @throws {UsageError} unless the setting is above 0. */
export function expectAboveZero(name: string, value: number): void {
  if (!(value > 0)) throw new UsageError(`${name}: expected a number above 0, found ${value}`);
}
