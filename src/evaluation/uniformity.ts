import { joinedDoubles } from "../core/joined-doubles.js";
import type { TiledMatrix } from "../core/matrix.js";
import { PotentialSums } from "../kernels/potentials.js";
import { defaultRuntime, type Runtime } from "../kernels/runtime.js";

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
 * @param cosines n×n, of the set with itself; |x − y|² is 2 − 2·cos. Cells below the diagonal are not read.
 * @returns null if there are no pairs.
 * @see T. Wang, P. Isola, "Understanding contrastive representation learning through alignment and uniformity",
 * https://arxiv.org/abs/2005.10242
 */
export async function uniformityOf(
  cosines: TiledMatrix,
  runtime: Runtime = defaultRuntime(),
): Promise<Uniformity | null> {
  return uniformityFrom(await potentialSums(cosines, runtime));
}

/** Returns three sums for each row in the tiles, over its cosines with later rows: their number, the cosines, and the potentials. */
export async function potentialSums(cosines: TiledMatrix, runtime: Runtime): Promise<Float64Array> {
  const parts: Float64Array[] = [];
  const potentials = new PotentialSums(runtime.pool);
  try {
    for await (const { firstRow, columns, values } of cosines.tiles()) {
      parts.push((await potentials.of(values, firstRow, columns)).slice());
    }
  } finally {
    potentials.close();
  }
  return joinedDoubles(parts);
}

/** Returns the uniformity from the {@link potentialSums} of all rows. */
export function uniformityFrom(sums: Float64Array): Uniformity | null {
  let [count, sum, potential] = [0, 0, 0];
  for (let at = 0; at < sums.length; at += 3) {
    count += sums[at];
    sum += sums[at + 1];
    potential += sums[at + 2];
  }
  return count === 0 ? null : { uniformity: Math.log(potential / count), meanCosine: sum / count };
}
