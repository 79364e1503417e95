import { boundBelow, type MarginScore, type Neighbourhoods } from "../neighbours/margin-scores.js";

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
  margin: MarginScore,
  row: number,
  neighbourhoods: Neighbourhoods,
  {
    rows,
    cosines,
    isComplete,
  }: { readonly rows: Int32Array; readonly cosines: Float64Array; readonly isComplete: boolean },
): Match | null {
  const { ofRows, ofOthers } = neighbourhoods;
  let best = NO_MATCH;
  for (let r = 0; r < rows.length; r++) {
    const score = margin.of(cosines[r], ofRows[row], ofOthers[rows[r]]);
    if (isBetter(score, rows[r], best)) best = { row: rows[r], score };
  }
  if (isComplete) return best;
  return best.score > boundBelow(margin, cosines[cosines.length - 1], ofRows[row], neighbourhoods) ? best : null;
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
