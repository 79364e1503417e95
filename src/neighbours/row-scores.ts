import type { Nearer, ScoredMatrix } from "../core/matrix.js";
import { partitionPoint } from "../core/partition-point.js";
import { ScoreRow } from "../kernels/score-row.js";

/** Columns of a row in the order of their scores: nearest first, equal scores in the order of the columns. */
export interface Ranked {
  readonly columns: readonly number[];
  readonly scores: readonly number[];
}

/** For at least this number of ranks, sorting the row once is faster than counting nearer columns for each rank. */
const MIN_SORTED_RANKS = 32;

/**
 * Finds the nearest columns, the columns above a minimum score, and the ranks of columns in one row of scores at a time.
 * The cells of the matrix, whose error is bounded, select candidates; exact scores order them.
 */
export class RowScores {
  /** The scores of the row, negated for distances, so that greater is nearer. */
  private readonly scores: ScoreRow;
  private readonly sign: 1 | -1;
  private row = 0;

  constructor(private readonly matrix: Pick<ScoredMatrix, "columns" | "nearer" | "exact" | "slack">) {
    this.scores = new ScoreRow(matrix.columns);
    this.sign = matrix.nearer === "greater" ? 1 : -1;
  }

  /**
   * Loads a row of the matrix.
   *
   * @param cells the cells of the row in its tile.
   * @param excluded columns to ignore; columns before `first` are ignored as well.
   */
  load(row: number, cells: Float64Array, excluded: Iterable<number> = [], first = 0): void {
    this.row = row;
    const own = this.scores.cells;
    own.set(cells);
    if (this.sign < 0) for (let j = 0; j < own.length; j++) own[j] = -own[j];
    own.fill(Number.NaN, 0, first);
    for (const column of excluded) own[column] = Number.NaN;
  }

  /** Returns the `count` nearest columns; fewer if the row has fewer scores. */
  nearest(count: number): Ranked {
    const { columns } = this.matrix;
    const bound = count < columns ? this.scores.kthGreatest(count) : Number.NEGATIVE_INFINITY;
    const ranked = this.ranked(this.scores.within(bound - 2 * this.slack(bound), Number.POSITIVE_INFINITY));
    return { columns: ranked.columns.slice(0, count), scores: ranked.scores.slice(0, count) };
  }

  /** Returns all columns whose score is `bound` or nearer. */
  atLeast(bound: number): Ranked {
    const signed = this.sign * bound;
    const { columns, scores } = this.ranked(this.scores.within(signed - this.slack(signed), Number.POSITIVE_INFINITY));
    const kept = scores.findIndex((score) => this.sign * score < signed);
    const end = kept < 0 ? scores.length : kept;
    return { columns: columns.slice(0, end), scores: scores.slice(0, end) };
  }

  /**
   * Returns the ranks of columns, from 0: the number of columns that are nearer, or have the same score and come before.
   * NaN for a column without a score.
   */
  ranksOf(columns: readonly number[]): number[] {
    const ranks = columns.length < MIN_SORTED_RANKS ? columns.map(() => null) : this.clearRanksOf(columns);
    const unclear = ranks.filter((rank) => rank === null).length;
    // For many ties, sorting all columns once is faster.
    const order = unclear < MIN_SORTED_RANKS ? null : this.placesOf(this.nearest(this.matrix.columns).columns);
    return ranks.map((rank, k) => rank ?? (order ? order[columns[k]] : this.rankOf(columns[k])));
  }

  /** Returns the ranks of columns; null if another score is within the error bound, so that exact scores are needed. */
  private clearRanksOf(columns: readonly number[]): (number | null)[] {
    const sorted = this.scores.cells.slice().sort();
    // Excluded columns are NaN, which is sorted to the end.
    const end = partitionPoint(sorted, 0, sorted.length, Number.isNaN);
    return columns.map((column) => {
      if (!this.has(column)) return Number.NaN;
      const score = this.exact(column);
      const slack = this.slack(score);
      const from = partitionPoint(sorted, 0, end, (cell) => cell >= score - slack);
      const to = partitionPoint(sorted, from, end, (cell) => cell > score + slack);
      return to - from === 1 ? end - to : null;
    });
  }

  /** Returns the position of each column in a list of all columns. */
  private placesOf(list: readonly number[]): Int32Array {
    const places = new Int32Array(this.matrix.columns);
    for (const [place, column] of list.entries()) places[column] = place;
    return places;
  }

  private rankOf(column: number): number {
    if (!this.has(column)) return Number.NaN;
    const score = this.exact(column);
    const slack = this.slack(score);
    let rank = this.scores.countAbove(score + slack);
    for (const other of this.scores.within(score - slack, score + slack)) {
      const otherScore = this.exact(other);
      if (otherScore > score || (otherScore === score && other < column)) rank++;
    }
    return rank;
  }

  /** Returns the exact score of a column; NaN if it has none. */
  scoreOf(column: number): number {
    return this.has(column) ? this.matrix.exact(this.row, column) : Number.NaN;
  }

  /** Frees the memory. */
  close(): void {
    this.scores.close();
  }

  /** Returns whether a column has a score: it is in the matrix and not excluded. */
  private has(column: number): boolean {
    const cell = this.scores.cells[column];
    return cell !== undefined && !Number.isNaN(cell);
  }

  private exact(column: number): number {
    return this.sign * this.matrix.exact(this.row, column);
  }

  private slack(signed: number): number {
    return Number.isFinite(signed) ? this.matrix.slack(this.row, Math.abs(signed)) : 0;
  }

  private ranked(columns: Uint32Array): Ranked {
    const { matrix, row } = this;
    return rankedBy(columns, (column) => matrix.exact(row, column), matrix.nearer);
  }
}

/**
 * Returns columns in the order of their exact scores; those without a score are left out.
 *
 * @param exact returns the score of a column, given with its place in `columns`.
 */
export function rankedBy(
  columns: ArrayLike<number>,
  exact: (column: number, at: number) => number,
  nearer: Nearer,
): Ranked {
  const sign = nearer === "greater" ? 1 : -1;
  const scored = Array.from(columns, (column, at) => ({ column, score: exact(column, at) }));
  const ranked = scored.filter(({ score }) => !Number.isNaN(score));
  ranked.sort((one, other) => sign * (other.score - one.score) || one.column - other.column);
  return { columns: ranked.map(({ column }) => column), scores: ranked.map(({ score }) => score) };
}
