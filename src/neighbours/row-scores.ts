import type { ScoredMatrix } from "../core/matrix.js";
import { partitionPoint } from "../core/partition-point.js";
import { ScoreRow } from "../kernels/score-row.js";

/** Columns of a row in the order of their scores: the nearest first, of equal ones the first. */
export interface Ranked {
  readonly columns: readonly number[];
  readonly scores: readonly number[];
}

/** From so many ranks on, a row is sorted once. */
const WORTH_SORTING = 32;

/**
 * One row of scores at a time: its nearest columns, those near enough, and the ranks of any of them. Cells from a fast
 * product only choose who comes into question; the exact scores decide.
 */
export class RowScores {
  /** The scores of the row with the sign that makes greater nearer. */
  private readonly scores: ScoreRow;
  private readonly sign: 1 | -1;
  private row = 0;

  constructor(private readonly matrix: Pick<ScoredMatrix, "columns" | "nearer" | "exact" | "slack">) {
    this.scores = new ScoreRow(matrix.columns);
    this.sign = matrix.nearer === "greater" ? 1 : -1;
  }

  /**
   * Takes a row of the matrix.
   *
   * @param cells as the tile has them.
   * @param leftOut columns that do not count; nor do those before column `first`.
   */
  load(row: number, cells: Float64Array, leftOut: Iterable<number> = [], first = 0): void {
    this.row = row;
    const own = this.scores.cells;
    own.set(cells);
    if (this.sign < 0) for (let j = 0; j < own.length; j++) own[j] = -own[j];
    own.fill(Number.NaN, 0, first);
    for (const column of leftOut) own[column] = Number.NaN;
  }

  /** The `count` nearest columns, or as many as there are. */
  nearest(count: number): Ranked {
    const { columns } = this.matrix;
    const bound = count < columns ? this.scores.kthGreatest(count) : Number.NEGATIVE_INFINITY;
    const ranked = this.ranked(this.scores.within(bound - 2 * this.slack(bound), Number.POSITIVE_INFINITY));
    return { columns: ranked.columns.slice(0, count), scores: ranked.scores.slice(0, count) };
  }

  /** All columns whose score is `bound` or nearer. */
  atLeast(bound: number): Ranked {
    const signed = this.sign * bound;
    const { columns, scores } = this.ranked(this.scores.within(signed - this.slack(signed), Number.POSITIVE_INFINITY));
    const kept = scores.findIndex((score) => this.sign * score < signed);
    const end = kept < 0 ? scores.length : kept;
    return { columns: columns.slice(0, end), scores: scores.slice(0, end) };
  }

  /** How many columns are nearer than each of some, and of equal ones before it: the ranks, from 0; NaN without a score. */
  ranksOf(columns: readonly number[]): number[] {
    const ranks = columns.length < WORTH_SORTING ? columns.map(() => null) : this.clearRanksOf(columns);
    const unclear = ranks.filter((rank) => rank === null).length;
    // Ties of many are told apart all at once.
    const order = unclear < WORTH_SORTING ? null : this.placesOf(this.nearest(this.matrix.columns).columns);
    return ranks.map((rank, k) => rank ?? (order ? order[columns[k]] : this.rankOf(columns[k])));
  }

  /** The ranks of those columns that no other one is so near to that only exact scores tell which is first, else null. */
  private clearRanksOf(columns: readonly number[]): (number | null)[] {
    const sorted = this.scores.cells.slice().sort();
    // Those that are left out stand behind all others.
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

  /** The place of every column in a list of them. */
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

  /** The score of a column; NaN where it has none. */
  scoreOf(column: number): number {
    return this.has(column) ? this.matrix.exact(this.row, column) : Number.NaN;
  }

  /** Below 0 where the first score is nearer, above 0 where the second is. */
  compare(one: number, other: number): number {
    return this.sign * (other - one);
  }

  /** Gives its memory back. */
  close(): void {
    this.scores.close();
  }

  /** Whether a column has a score: it is in the matrix, and not left out. */
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
    const scored = Array.from(columns, (column) => ({ column, score: this.exact(column) }));
    scored.sort((one, other) => other.score - one.score || one.column - other.column);
    return { columns: scored.map(({ column }) => column), scores: scored.map(({ score }) => this.sign * score) };
  }
}
