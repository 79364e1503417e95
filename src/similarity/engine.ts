import { setImmediate } from "node:timers/promises";
import type { Tile, TiledMatrix } from "../core/matrix.js";
import { sharedArray } from "../core/vectors.js";

export type { Mode } from "./choices.js";

/** Computes cells of a matrix of scores, any rows of it at a time. */
export interface Engine {
  /** Writes rows `firstRow …` of S to `out`, as many as fit: `out.length = rows × m`. */
  fillRows(firstRow: number, out: Float64Array): void;
  /** Writes `S[i, i]` for `i = firstRow …` to `out`. */
  fillDiagonal(firstRow: number, out: Float64Array): void;
}

// A tile is small enough for a cache and short enough (some 50 ms) for Ctrl-C and progress between two.
const TILE_CELLS = 1 << 18;
const TILE_PRODUCTS = 1 << 26;

/**
 * An n×m matrix (n×1, of its diagonal, when `paired`) that an engine computes tile by tile, each of some cells' worth
 * of `d` products. The shape of a tile follows from n, m and d alone.
 */
export function tiledBy(engine: Engine, rows: number, m: number, d: number, paired: boolean): TiledMatrix {
  const columns = paired ? 1 : m;
  const fill = paired ? engine.fillDiagonal : engine.fillRows;
  const cells = Math.min(TILE_CELLS, TILE_PRODUCTS / d);
  const tileRows = Math.min(rows, Math.max(1, Math.floor(cells / columns)));
  async function* tiles(): AsyncGenerator<Tile> {
    const buffer = sharedArray(tileRows * columns);
    for (let firstRow = 0; firstRow < rows; firstRow += tileRows) {
      const count = Math.min(tileRows, rows - firstRow);
      const values = buffer.subarray(0, count * columns);
      fill(firstRow, values);
      yield { firstRow, rows: count, columns, values };
      await setImmediate();
    }
  }
  return { rows, columns, tiles };
}
