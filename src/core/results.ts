/** Whether two engines agree on the cells of a matrix. */
export interface Agreement {
  /** Whether `|x − y| ≤ atol + rtol·|y|` holds for every cell, y being the loop's value. */
  readonly agree: boolean;
  /** The largest `|x − y|`; NaN if a cell is NaN in at least one engine. */
  readonly maxDifference: number;
  /** The cell (row, column; from 0) of that difference. */
  readonly at: readonly [number, number];
  readonly rtol: number;
  readonly atol: number;
}

/** Minimum, maximum and mean of cells; NaN cells are only counted. */
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

/** The distribution of scores. */
export interface Spread {
  readonly count: number;
  readonly mean: number;
  /** The population standard deviation. */
  readonly sd: number;
  readonly min: number;
  readonly q25: number;
  readonly median: number;
  readonly q75: number;
  readonly max: number;
  /** The maximum error of the quartiles: 0 unless there were too many scores to keep. */
  readonly quartileError: number;
}

/** Scores of relevant and of other rows, counted in bins of equal width; the last bin includes its end. */
export interface ScoreBins {
  readonly from: number;
  readonly to: number;
  /** Whether smaller scores are nearer. */
  readonly isDistance: boolean;
  readonly positive: readonly number[];
  readonly negative: readonly number[];
}

/** The retrieval result of one query. */
export interface QuerySummary {
  readonly query: number;
  /** Number of relevant rows. */
  readonly relevant: number;
  /** The rank of the first relevant row; null if none has a score. */
  readonly firstRank: number | null;
  readonly reciprocalRank: number;
  /** The mean over the relevant rows of the precision at their rank. */
  readonly averagePrecision: number;
}
