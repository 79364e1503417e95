import { UsageError } from "../core/errors.js";
import type { TiledMatrix } from "../core/matrix.js";
import type { Anchors, Reduction } from "../core/results.js";

/** Losses, and what they say of S. */
export interface Evaluation<Loss> {
  readonly losses: readonly Loss[];
  /**
   * ∂loss/∂S of the first of the losses, b×b, streamed: S goes by once more.
   *
   * Where the loss has a kink the slope is that of its flat side: a hinge at 0 has slope 0. Of equally hard pairs the one
   * that was chosen has the whole slope. The divisors of `mean` and `nonzero` count as constants.
   *
   * @throws {UsageError} when the losses are not reduced to one number.
   */
  gradient(): TiledMatrix;
}

/** ∂loss/∂S by an anchor and another row. */
export type Slope = (anchor: number, other: number, value: number) => number;

export interface Direction {
  readonly anchors: "rows" | "columns";
  readonly slope: Slope;
}

/** The rows of S, its columns, or one after the other. */
export function directionsOf(anchors: Anchors): readonly Direction["anchors"][] {
  return anchors === "both" ? ["rows", "columns"] : [anchors];
}

/** The mean of the slopes of all directions, cell by cell. */
export function gradientOf(similarity: TiledMatrix, directions: readonly Direction[]): TiledMatrix {
  const { rows, columns } = similarity;
  const slopes = directions.map(({ anchors, slope }): Slope => {
    return anchors === "rows" ? slope : (row, column, value) => slope(column, row, value);
  });
  async function* tiles() {
    let buffer = new Float64Array(0);
    for await (const tile of similarity.tiles()) {
      const length = tile.rows * columns;
      if (buffer.length < length) buffer = new Float64Array(length);
      for (let i = 0; i < tile.rows; i++) {
        const row = tile.firstRow + i;
        for (let column = 0; column < columns; column++) {
          const at = i * columns + column;
          // Starts from 0, so that no cell is −0.
          let sum = 0;
          for (const slope of slopes) sum += slope(row, column, tile.values[at]);
          buffer[at] = sum / slopes.length;
        }
      }
      yield { ...tile, values: buffer.subarray(0, length) };
    }
  }
  return { rows, columns, tiles };
}

/** @throws {UsageError} when there is no one number to differentiate. */
export function expectReduced(reduction: Reduction): asserts reduction is Exclude<Reduction, "none"> {
  if (reduction === "none") throw new UsageError("a gradient: expected a reduction to one number, found none");
}
