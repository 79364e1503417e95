import type { TiledMatrix } from "../core/matrix.js";
import { potentialOf } from "./potential.js";

/** How evenly the directions of a set are distributed. */
export interface Uniformity {
  /** log of the mean of exp(−2·|x − y|²) over pairs of rows: −4 at best in many dimensions, 0 if all rows are equal. */
  readonly uniformity: number;
  /** The mean cosine of two rows. */
  readonly meanCosine: number;
}

/**
 * Returns the uniformity of the rows of a set, scaled to length 1: `log mean exp(−2·|x − y|²)` over all pairs of
 * different rows.
 *
 * @param cosines n×n, of the set with itself; |x − y|² is 2 − 2·cos.
 * @returns null if there are no pairs.
 * @see T. Wang, P. Isola, "Understanding contrastive representation learning through alignment and uniformity",
 * https://arxiv.org/abs/2005.10242
 */
export async function uniformityOf(cosines: TiledMatrix): Promise<Uniformity | null> {
  let [count, sum, potential] = [0, 0, 0];
  for await (const { firstRow, rows, columns, values } of cosines.tiles()) {
    for (let i = 0; i < rows; i++) {
      for (let j = firstRow + i + 1; j < columns; j++) {
        const cosine = values[i * columns + j];
        if (Number.isNaN(cosine)) continue;
        count++;
        sum += cosine;
        potential += potentialOf(cosine);
      }
    }
  }
  return count === 0 ? null : { uniformity: Math.log(potential / count), meanCosine: sum / count };
}
