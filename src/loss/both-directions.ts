import type { TiledMatrix } from "../core/matrix.js";
import type { DirectionLoss, Slope } from "./kind.js";
import { type Anchors, type Direction, isCountColumn, type PerAnchor } from "./types.js";

export function directionsOf(anchors: Anchors): readonly Direction[] {
  return anchors === "both" ? ["rows", "columns"] : [anchors];
}

/**
 * Returns the mean of the losses of both directions: of their components and of every number of an anchor. Counts are
 * added; an index is kept where both directions name the same row.
 */
export function meanOfDirections(rows: DirectionLoss, columns: DirectionLoss): DirectionLoss {
  return {
    ...rows,
    components: combined(rows.components, columns.components, meanOrNull),
    loss: meanOrNull(rows.loss, columns.loss),
    counts: combined(rows.counts, columns.counts, sum),
    perAnchor: combined(rows.perAnchor, columns.perAnchor, meanOfColumn) as PerAnchor,
  };
}

/** Applies `combine` to the values of each key, which both objects have. */
function combined<T>(
  x: { readonly [key: string]: T },
  y: { readonly [key: string]: T },
  combine: (x: T, y: T, key: string) => T,
): { readonly [key: string]: T } {
  return Object.fromEntries(Object.entries(x).map(([key, value]) => [key, combine(value, y[key], key)]));
}

function meanOfColumn(x: PerAnchor[string], y: PerAnchor[string], column: string): PerAnchor[string] {
  if (x instanceof Int32Array) return x.map((index, i) => (index === y[i] ? index : -1));
  const combine = isCountColumn(column) ? sum : mean;
  return x.map((value, i) => combine(value, y[i]));
}

const sum = (x: number, y: number) => x + y;
const mean = (x: number, y: number) => (x + y) / 2;
const meanOrNull = (x: number | null, y: number | null) => (x === null || y === null ? null : mean(x, y));

/** Returns the gradient of the loss, b×b: the mean of the slopes of all directions for each cell of S. */
export function gradientOf(
  similarity: TiledMatrix,
  directions: readonly Direction[],
  slopesOfAnchors: readonly Slope[],
): TiledMatrix {
  const { rows, columns } = similarity;
  const slopes = slopesOfAnchors.map((slope, k): Slope => {
    return directions[k] === "rows" ? slope : (row, column, value) => slope(column, row, value);
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
          let slopeSum = 0;
          for (const slope of slopes) slopeSum += slope(row, column, tile.values[at]);
          buffer[at] = slopeSum / slopes.length;
        }
      }
      yield { ...tile, values: buffer.subarray(0, length) };
    }
  }
  return { rows, columns, tiles };
}
