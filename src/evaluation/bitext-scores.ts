import type { Neighbours } from "../neighbours/nearest-rows.js";

/** A score of a pair of sentences that compares their cosine with those of their neighbours. */
export interface MarginScore {
  readonly name: "ratio" | "distance" | "csls";
  /** The usual number of neighbours. */
  readonly k: number;
  /** Returns the score of a pair from its cosine and the mean cosines of both rows with their k nearest rows of the other side. */
  of(cosine: number, own: number, other: number): number;
}

/**
 * @see M. Artetxe, H. Schwenk, "Margin-based parallel corpus mining with multilingual sentence embeddings",
 * https://arxiv.org/abs/1811.01136: ratio and distance margin, with 4 neighbours
 * @see A. Conneau et al., "Word translation without parallel data", https://arxiv.org/abs/1710.04087: CSLS,
 * with 10 neighbours
 */
export const MARGIN_SCORES: readonly MarginScore[] = [
  { name: "ratio", k: 4, of: (cosine, own, other) => cosine / ((own + other) / 2) },
  { name: "distance", k: 4, of: (cosine, own, other) => cosine - (own + other) / 2 },
  { name: "csls", k: 10, of: (cosine, own, other) => 2 * cosine - own - other },
];

/** Mean cosines of rows with their nearest rows of the other side. */
export interface Neighbourhoods {
  /** One for each row that is matched. */
  readonly ofRows: Float64Array;
  /** One for each row of the other side, and their range. */
  readonly ofOthers: Float64Array;
  readonly least: number;
  readonly greatest: number;
}

/** Returns the mean of the k nearest scores of each row; NaN for a row without scores. */
export function meansOfNearest({ scores, counts, k: stride }: Neighbours, k: number): Float64Array {
  return Float64Array.from(counts, (count, row) => {
    const nearest = scores.subarray(row * stride, row * stride + Math.min(count, k));
    return nearest.reduce((sum, score) => sum + score, 0) / nearest.length;
  });
}

/** The best row of the other side for a row. */
export interface Match {
  readonly row: number;
  readonly score: number;
}

/** The match of a row without scores. */
export const NO_MATCH: Match = { row: -1, score: Number.NaN };

/**
 * Returns the best match of a row among its nearest rows by cosine; null if a row that is not among them could be better, because
 * its own neighbours are farther away.
 *
 * @param rows nearest rows. @param cosines their cosines, in descending order. @param isComplete whether all rows are among them.
 */
export function matchAmong(
  { of }: MarginScore,
  row: number,
  { ofRows, ofOthers, least, greatest }: Neighbourhoods,
  {
    rows,
    cosines,
    isComplete,
  }: { readonly rows: Int32Array; readonly cosines: Float64Array; readonly isComplete: boolean },
): Match | null {
  let best = NO_MATCH;
  for (let r = 0; r < rows.length; r++) {
    const score = of(cosines[r], ofRows[row], ofOthers[rows[r]]);
    if (isBetter(score, rows[r], best)) best = { row: rows[r], score };
  }
  if (isComplete) return best;
  const last = cosines[cosines.length - 1];
  // Rounded arithmetic is monotone: no other row exceeds the larger bound while the divisor of the ratio is positive.
  const bound = Math.max(of(last, ofRows[row], least), of(last, ofRows[row], greatest));
  return ofRows[row] + least > 0 && best.score > bound ? best : null;
}

/**
 * Returns the best match of a row among all rows of the other side.
 *
 * @param cells the cosines of the row, each with an error of at most `slack`. @param exact returns an exact cosine.
 */
export function matchAmongAll(
  { of }: MarginScore,
  row: number,
  { ofRows, ofOthers }: Neighbourhoods,
  { cells, slack, exact }: { readonly cells: Float64Array; readonly slack: number; exact(column: number): number },
): Match {
  const withError = (j: number, error: number) => of(cells[j] + error, ofRows[row], ofOthers[j]);
  let reached = Number.NEGATIVE_INFINITY;
  for (let j = 0; j < cells.length; j++) {
    const least = Math.min(withError(j, -slack), withError(j, slack));
    if (least > reached) reached = least;
  }
  let best = NO_MATCH;
  for (let j = 0; j < cells.length; j++) {
    // A score without a value, where both means are 0, is left out like a row without a direction.
    if (!(Math.max(withError(j, -slack), withError(j, slack)) >= reached)) continue;
    const score = of(exact(j), ofRows[row], ofOthers[j]);
    if (isBetter(score, j, best)) best = { row: j, score };
  }
  return best;
}

/** Whether a match is better: by its score, and of equal scores the earlier row. */
function isBetter(score: number, row: number, best: Match): boolean {
  if (Number.isNaN(score)) return false;
  return best.row < 0 || score > best.score || (score === best.score && row < best.row);
}
