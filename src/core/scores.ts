import type { TiledMatrix } from "./matrix.js";

/** Which of two scores is nearer: the greater (similarities) or the less (distances). */
export type Nearer = "greater" | "less";

/**
 * A matrix of scores. Its tiles come from a fast product and may have an error of a few units in the last place.
 * `exact` returns the same bits with every backend: it decides between scores that differ by less than the error.
 */
export interface ScoredMatrix extends TiledMatrix {
  readonly nearer: Nearer;
  /** Returns the exact score of row i and column j. */
  exact(row: number, column: number): number;
  /** Returns the maximum error of a cell of this absolute value in row i. */
  slack(row: number, size: number): number;
}
