import type { Nearer } from "../core/matrix.js";
import type { CandidateOrder } from "./candidate-order.js";
import type { Neighbours } from "./nearest-rows.js";
import { type Ranked, rankedBy } from "./row-scores.js";
import type { SearchedRow } from "./searched-rows.js";

/**
 * Returns the order of candidates of which the anchor is one of the nearest anchors.
 *
 * @param ofCorpus the nearest anchors of each row of the corpus.
 * @param base the order of all candidates; null for that of the matrix, whose nearer scores are `nearer`.
 */
export function mutualOrder(ofCorpus: Neighbours, base: CandidateOrder | null, nearer: Nearer): CandidateOrder {
  const order = { nearer: base?.nearer ?? nearer };
  const rowsOf = listsOf(ofCorpus);
  return {
    ...order,
    limit: "mutual",
    searchedFor: base?.searchedFor ?? ((count) => count),
    reordered: (row, range) => {
      const inner = base?.reordered(row, range) ?? row;
      return new MutualRow(inner, rowsOf.get(row.row) ?? [], range, order.nearer);
    },
  };
}

/** Returns, for each anchor, the rows of the corpus that have it among their nearest. */
function listsOf({ counts, rows, k }: Neighbours): ReadonlyMap<number, readonly number[]> {
  const lists = new Map<number, number[]>();
  for (const [row, count] of counts.entries()) {
    for (const anchor of rows.subarray(row * k, row * k + count)) {
      const list = lists.get(anchor);
      if (list) list.push(row);
      else lists.set(anchor, [row]);
    }
  }
  return lists;
}

/** A row of which only some columns are candidates. */
class MutualRow implements SearchedRow {
  readonly row: number;
  private ranked: Ranked | null = null;

  constructor(
    private readonly inner: SearchedRow,
    private readonly columns: readonly number[],
    private readonly range: number | null,
    private readonly nearer: Nearer,
  ) {
    this.row = inner.row;
  }

  nearest(count: number): Ranked | null {
    const { inner, range, nearer } = this;
    if (!this.ranked) {
      const near = range === null ? null : inner.nearest(range);
      if (range !== null && !near) return null;
      const among = near && new Set(near.columns);
      const pool = this.columns.filter((column) => !among || among.has(column));
      this.ranked = rankedBy(pool, (column) => inner.scoreOf(column), nearer);
    }
    const { columns, scores } = this.ranked;
    return { columns: columns.slice(0, count), scores: scores.slice(0, count) };
  }

  scoreOf(column: number): number {
    return this.inner.scoreOf(column);
  }
}
