import type { TiledMatrix } from "./matrix.js";

/** Which of two scores is the nearer one: the greater (similarities) or the less (distances). */
export type Nearer = "greater" | "less";

/**
 * A matrix of scores whose tiles come from a fast product, and may be a few units in the last place off, beside each
 * score by itself, which has the same bits whoever multiplies: it decides between scores that are next to one another.
 */
export interface ScoredMatrix extends TiledMatrix {
  readonly nearer: Nearer;
  /** The score of row i with column j. */
  exact(row: number, column: number): number;
  /** How far a cell of this size, 0 or more, in row i may be from its exact score. */
  slack(row: number, size: number): number;
}
