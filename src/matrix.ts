import { sharedArray } from "./vectors.js";

/** Whole rows of a matrix: rows `firstRow … firstRow + rows − 1`, each `columns` long. */
export interface Tile {
  readonly firstRow: number;
  readonly rows: number;
  readonly columns: number;
  /** `rows × columns` cells, row-major; valid only until the next tile is asked for. */
  readonly values: Float64Array;
  /** What the cells are between, and their sum, NaN when a cell is; where whoever computed them knows. */
  readonly range?: { readonly min: number; readonly max: number; readonly sum: number };
}

/** A matrix as a stream of row tiles, in order, without gaps; it is never held as a whole. */
export interface TiledMatrix {
  /** How messages call it, where it has a name of its own. */
  readonly name?: string;
  readonly rows: number;
  readonly columns: number;
  /** Starts the stream from the first row; each call starts anew. */
  tiles(): AsyncIterable<Tile>;
}

/** A matrix held in memory: `rows × columns` cells, row-major. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float64Array;
}

/** Gathers the tiles of a matrix into one array of `rows × columns` doubles. */
export async function hold(matrix: TiledMatrix): Promise<Matrix> {
  const { rows, columns } = matrix;
  const values = sharedArray(rows * columns);
  for await (const tile of matrix.tiles()) values.set(tile.values, tile.firstRow * columns);
  return { rows, columns, values };
}

/** A held matrix as the stream of one tile that consumers take. */
export function tiled({ rows, columns, values }: Matrix): TiledMatrix {
  return {
    rows,
    columns,
    async *tiles() {
      yield { firstRow: 0, rows, columns, values };
    },
  };
}
