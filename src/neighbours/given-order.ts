import type { GivenScores } from "../core/given-scores.js";
import type { CandidateOrder } from "./candidate-order.js";
import { type Ranked, rankedBy } from "./row-scores.js";
import type { SearchedRow } from "./searched-rows.js";

/** What pairs without a given score are: no candidates, or candidates with the score of the matrix. */
export const UNSCORED = ["skip", "vectors"] as const;
export type Unscored = (typeof UNSCORED)[number];

/**
 * Returns the order of candidates by given scores, greatest first.
 *
 * @param columns the number of columns of the matrix.
 * @param isMixed whether pairs without a given score keep that of the matrix, which has to be a similarity; otherwise they are no
 * candidates.
 */
export function givenOrder(given: GivenScores, columns: number, isMixed: boolean): CandidateOrder {
  const most = isMixed ? given.most : 0;
  return {
    nearer: "greater",
    limit: isMixed ? null : "scores",
    searchedFor: (count) => Math.min(columns, count + most),
    reordered: (row, range) => new GivenRow(row, given, columns, range, isMixed),
  };
}

/** A row whose columns are ordered by given scores. */
class GivenRow implements SearchedRow {
  readonly row: number;
  /** The nearest columns, and how many of them were asked for. */
  private known: { readonly count: number; readonly ranked: Ranked } | null = null;

  constructor(
    private readonly inner: SearchedRow,
    private readonly given: GivenScores,
    private readonly columns: number,
    private readonly range: number | null,
    private readonly isMixed: boolean,
  ) {
    this.row = inner.row;
  }

  nearest(count: number): Ranked | null {
    if (!this.known || this.known.count < count) {
      const pool = this.poolOf(count);
      if (!pool) return null;
      const isAll = !this.isMixed || this.range !== null;
      const ranked = rankedBy(pool, (column) => this.scoreOf(column), "greater");
      this.known = { count: isAll ? Number.POSITIVE_INFINITY : count, ranked };
    }
    const { columns, scores } = this.known.ranked;
    return { columns: columns.slice(0, count), scores: scores.slice(0, count) };
  }

  /** Returns columns among which are the nearest `count`; null if more columns of the matrix have to be searched. */
  private poolOf(count: number): readonly number[] | null {
    const { inner, given, range, isMixed, columns } = this;
    if (range !== null) return inner.nearest(range)?.columns ?? null;
    const scored = given.rowsWith(inner.row);
    if (!isMixed) return scored;
    // Even if all columns with a given score are among these, `count` others are.
    const near = inner.nearest(Math.min(columns, count + scored.length));
    return near && [...new Set([...near.columns, ...scored])];
  }

  scoreOf(column: number): number {
    const { inner, given, isMixed } = this;
    return given.of(inner.row, column) ?? (isMixed ? inner.scoreOf(column) : Number.NaN);
  }
}
