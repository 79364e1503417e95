import { DataError } from "../core/errors.js";
import type { Tile, TiledMatrix } from "../core/matrix.js";
import { rowPlace, type VectorSet } from "../core/vectors.js";
import type { Metric, MetricFacts } from "./metrics/metric.js";

/** Within these bounds, no square, product or sum overflows or underflows, for any dimension that fits in memory. */
const MAX_SAFE = 2 ** 480;
const MIN_SAFE = 2 ** -300;

/** Smaller values may have lost digits to underflow. */
const MIN_RELIABLE = 2 ** -450;

/** Returns whether a component is so large or so small that a product of rows may overflow or underflow. */
export function isExtreme({ values }: VectorSet): boolean {
  if (values instanceof Float32Array) return false;
  for (let k = 0; k < values.length; k++) {
    const magnitude = Math.abs(values[k]);
    if (magnitude > MAX_SAFE || (magnitude < MIN_SAFE && magnitude > 0)) return true;
  }
  return false;
}

/**
 * Returns the matrix with the cells whose intermediate results may have overflowed or underflowed recomputed by the formula,
 * which avoids overflow.
 *
 * @param matrix the values for all rows of `a` and `b`, or for their pairs.
 * @throws {DataError} while tiles are computed, naming the rows of a value that is larger than any double.
 */
export function recomputeExtremes(
  metric: Metric,
  a: VectorSet,
  b: VectorSet,
  paired: boolean,
  matrix: TiledMatrix,
): TiledMatrix {
  const d = a.dimensions;
  async function* tiles(): AsyncGenerator<Tile> {
    for await (const tile of matrix.tiles()) {
      const { firstRow, columns, values } = tile;
      for (let cell = 0; cell < values.length; cell++) {
        const magnitude = Math.abs(values[cell]);
        if (magnitude >= MIN_RELIABLE && magnitude < Number.POSITIVE_INFINITY) continue;
        const i = firstRow + Math.floor(cell / columns);
        const j = paired ? i : cell % columns;
        values[cell] = metric.at(a.values, i * d, b.values, j * d, d);
        if (!Number.isFinite(values[cell])) throw overflow(metric, rowPlace(a, i), rowPlace(b, j));
      }
      yield tile;
    }
  }
  return { ...matrix, tiles, blocks: undefined, summaries: undefined };
}

/** Returns the error for a value of two rows that is larger than any double. */
export function overflow({ name, title }: MetricFacts, left: string, right: string): DataError {
  return new DataError(
    `${left} and ${right}: expected a ${title} within ±${Number.MAX_VALUE}, found a larger one`,
    name === "sqeuclidean" ? "use euclidean, its square root" : "scale the vectors down first",
  );
}
