import type { Nearer } from "../core/matrix.js";
import type { SearchedRow } from "./searched-rows.js";

/** Scores of candidates that take the place of those of a matrix, such as scores of a teacher or margins. */
export interface CandidateOrder {
  readonly nearer: Nearer;
  /** What makes few columns candidates, so that without `range` no matrix has to be searched; null if all columns are. */
  readonly limit: "scores" | "mutual" | null;
  /** Returns how many columns of the matrix are nearly always enough to find the nearest `count` in this order. */
  searchedFor(count: number): number;
  /**
   * Returns a row of the matrix in this order.
   *
   * @param range only the nearest `range` columns of the matrix are candidates; null for all.
   */
  reordered(row: SearchedRow, range: number | null): SearchedRow;
}
