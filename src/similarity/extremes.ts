import { DataError } from "../core/errors.js";
import type { Tile, TiledMatrix } from "../core/matrix.js";
import { rowPlace, type VectorSet } from "../core/vectors.js";
import type { Metric } from "./metrics/metric.js";

/** Between these bounds no square, product or sum over- or underflows, for any dimension that fits in memory. */
const LARGEST = 2 ** 480;
const SMALLEST = 2 ** -300;

/** Smaller values may have lost digits to underflow. */
const DOUBTFUL = 2 ** -450;

/** Whether some component is so large or small that a product of rows may over- or underflow. */
export function isExtreme({ values }: VectorSet): boolean {
  if (values instanceof Float32Array) return false;
  for (let k = 0; k < values.length; k++) {
    const magnitude = Math.abs(values[k]);
    if (magnitude > LARGEST || (magnitude < SMALLEST && magnitude > 0)) return true;
  }
  return false;
}

/**
 * Computes values of sets with extreme components again by the formula, which avoids overflow, where an intermediate result
 * may have over- or underflowed.
 *
 * @param matrix the values of `a` and `b`, or of their pairs.
 * @throws {DataError} naming the rows of a value that is itself beyond the doubles, while tiles are computed.
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
        if (magnitude >= DOUBTFUL && magnitude < Number.POSITIVE_INFINITY) continue;
        const i = firstRow + Math.floor(cell / columns);
        const j = paired ? i : cell % columns;
        values[cell] = metric.at(a.values, i * d, b.values, j * d, d);
        if (!Number.isFinite(values[cell])) throw overflow(metric, rowPlace(a, i), rowPlace(b, j));
      }
      yield tile;
    }
  }
  return { ...matrix, tiles, blocks: undefined };
}

function overflow({ name, title }: Metric, left: string, right: string): DataError {
  return new DataError(
    `${left} and ${right}: expected a ${title} within ±${Number.MAX_VALUE}, found a larger one`,
    name === "sqeuclidean" ? "use euclidean, its square root" : "scale the vectors down first",
  );
}
