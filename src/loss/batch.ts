import { DataError } from "../core/errors.js";
import type { Tile, TiledMatrix } from "../core/matrix.js";

/**
 * Checks that S is a batch of pairs.
 *
 * @throws {DataError} when S is not square, b is 1, or labels are not b.
 */
export async function expectBatch(
  similarity: TiledMatrix,
  labels: readonly string[] | null,
  watch: (tile: Tile) => void,
): Promise<void> {
  const { rows: size, columns, name = "the similarities" } = similarity;
  if (size !== columns) throw new DataError(`${name}: expected a square matrix, found ${size}×${columns}`);
  if (size === 1) {
    // The shape of a matrix that is still being read is known at its end: it can be 5×1.
    for await (const tile of similarity.tiles()) watch(tile);
    throw new DataError(
      `${name}: expected a batch of at least 2 rows, found a 1×1 matrix`,
      "every other row of the batch is a negative; one row has none",
    );
  }
  if (labels && labels.length !== size) {
    throw new DataError(`expected one label for each of ${size} anchors, found ${labels.length} labels`);
  }
}

/**
 * Checks that S has one similarity for each pair.
 *
 * @throws {DataError} when S is not b×1, or scores are not b finite numbers.
 */
export function expectScoredPairs(
  { rows, columns, name = "the similarities" }: TiledMatrix,
  scores: Float64Array,
): void {
  if (columns !== 1) {
    throw new DataError(
      `${name}: expected one similarity for each pair, found a ${rows}×${columns} matrix`,
      "cosine a b --paired compares row i of both files only",
    );
  }
  if (scores.length !== rows) {
    throw new DataError(`expected one gold score for each of ${rows} pairs, found ${scores.length} scores`);
  }
  const bad = scores.findIndex((score) => !Number.isFinite(score));
  if (bad >= 0) throw new DataError(`gold score ${bad}: expected a finite number, found ${scores[bad]}`);
}

/** Returns the error for a cell of S that is NaN. */
export function noSimilarity(row: number, column: number): DataError {
  return new DataError(
    `row ${row}, column ${column} of the similarity matrix: expected a number, found NaN`,
    "a zero vector has no similarity; --zero-vectors zero counts it as 0",
  );
}
