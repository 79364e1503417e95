/** Whether two engines agree on a matrix, cell by cell. */
export interface Agreement {
  /** Whether `|x − y| ≤ atol + rtol·|y|` holds for every cell, y being the loop's value. */
  readonly agree: boolean;
  /** The largest `|x − y|`; NaN where a cell has no value in one engine at least. */
  readonly maxDifference: number;
  /** The cell (row, column; from 0) of that difference. */
  readonly at: readonly [number, number];
  readonly rtol: number;
  readonly atol: number;
}

/** Least, greatest and mean value of some cells; cells without a value (NaN) are only counted. */
export interface Range {
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly missing: number;
}

/** The range of a matrix, and of its diagonal when it is square. */
export interface Statistics {
  readonly all: Range;
  readonly diagonal: Range | null;
}

/** How some scores are spread. */
export interface Spread {
  readonly count: number;
  readonly mean: number;
  /** Standard deviation, of the scores as a population. */
  readonly sd: number;
  readonly min: number;
  readonly q25: number;
  readonly median: number;
  readonly q75: number;
  readonly max: number;
  /** How far the quartiles may be off: 0 unless there were too many scores to keep. */
  readonly quartileError: number;
}

/** What is told of one query. */
export interface QuerySummary {
  readonly query: number;
  /** How many rows answer it. */
  readonly relevant: number;
  /** The rank of the first of them; null where none has a score. */
  readonly firstRank: number | null;
  readonly reciprocalRank: number;
  /** The mean, over its answers, of the share of answers from the first rank to theirs. */
  readonly averagePrecision: number;
}
