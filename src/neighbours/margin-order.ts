import type { CandidateOrder } from "./candidate-order.js";
import { boundBelow, type MarginScore, type Neighbourhoods } from "./margin-scores.js";
import { type Ranked, rankedBy } from "./row-scores.js";
import type { SearchedRow } from "./searched-rows.js";

/**
 * Returns the order of candidates by a margin score, greatest first. The matrix has to be of similarities.
 *
 * @param columns the number of columns of the matrix.
 */
export function marginOrder(margin: MarginScore, neighbourhoods: Neighbourhoods, columns: number): CandidateOrder {
  const searchedFor = (count: number) => Math.min(columns, 2 * count + 16);
  return {
    nearer: "greater",
    limit: null,
    searchedFor,
    reordered: (row) => new MarginRow(row, margin, neighbourhoods, columns, searchedFor),
  };
}

/** A row whose columns are ordered by a margin score. */
class MarginRow implements SearchedRow {
  readonly row: number;

  constructor(
    private readonly inner: SearchedRow,
    private readonly margin: MarginScore,
    private readonly neighbourhoods: Neighbourhoods,
    private readonly columns: number,
    private readonly searchedFor: CandidateOrder["searchedFor"],
  ) {
    this.row = inner.row;
  }

  /** Searches as many of the nearest columns by the matrix as it takes until no other column can be among the `count` nearest. */
  nearest(count: number): Ranked | null {
    const { inner, margin, neighbourhoods, columns } = this;
    const own = neighbourhoods.ofRows[inner.row];
    for (let searched = this.searchedFor(count); ; searched = Math.min(columns, 4 * searched)) {
      const near = inner.nearest(searched);
      if (!near) return null;
      const scores = new Map(near.columns.map((column, rank) => [column, this.marginOf(column, near.scores[rank])]));
      const ranked = rankedBy(near.columns, (column) => scores.get(column) ?? Number.NaN, "greater");
      const isComplete = searched === columns || near.columns.length < searched;
      const bound = isComplete ? 0 : boundBelow(margin, near.scores[near.scores.length - 1], own, neighbourhoods);
      if (!isComplete && !(ranked.scores[count - 1] > bound)) continue;
      return { columns: ranked.columns.slice(0, count), scores: ranked.scores.slice(0, count) };
    }
  }

  scoreOf(column: number): number {
    return this.marginOf(column, this.inner.scoreOf(column));
  }

  private marginOf(column: number, score: number): number {
    const { inner, margin, neighbourhoods } = this;
    return margin.of(score, neighbourhoods.ofRows[inner.row], neighbourhoods.ofOthers[column]);
  }
}
