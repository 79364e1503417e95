import { sharedArray } from "./vectors.js";

/** A block of a matrix: `rows` rows from `firstRow` on, and `columns` columns from `firstColumn` on. */
export interface Block {
  readonly firstRow: number;
  readonly rows: number;
  /** Default: 0. */
  readonly firstColumn?: number;
  readonly columns: number;
  /** Whether the mirrored cells across the diagonal are equal and not yielded separately. */
  readonly mirrored?: boolean;
  /** `rows × columns` cells, row-major; valid only until the next block is requested. */
  readonly values: Float64Array;
  /** Minimum, maximum and sum of the cells, each NaN if a cell is; absent if the producer does not compute them. */
  readonly range?: { readonly min: number; readonly max: number; readonly sum: number };
}

/** Complete rows of a matrix. */
export interface Tile extends Block {
  readonly firstColumn?: never;
  readonly mirrored?: never;
}

/** A matrix as a stream of row tiles, in order and without gaps; it is never held as a whole. */
export interface TiledMatrix {
  /** The name for messages, if any. */
  readonly name?: string;
  readonly rows: number;
  readonly columns: number;
  /** Starts the stream; each call starts again at the first row. */
  tiles(): AsyncIterable<Tile>;
  /**
   * Yields the same cells in blocks of few rows and columns, in any order; those of a symmetric matrix only once. This
   * takes less time and memory for consumers that do not need complete rows. Absent if only tiles are available.
   */
  blocks?: (() => AsyncIterable<Block>) | undefined;
}

/** Returns the cells of a matrix for consumers that need neither an order nor complete rows. */
export function anyBlocks(matrix: TiledMatrix): AsyncIterable<Block> {
  return matrix.blocks?.() ?? matrix.tiles();
}

/** A matrix held in memory: `rows × columns` cells, row-major. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float64Array;
}

/** Collects the tiles of a matrix in one array of `rows × columns` doubles. */
export async function hold(matrix: TiledMatrix): Promise<Matrix> {
  const { rows, columns } = matrix;
  const values = sharedArray(rows * columns);
  for await (const tile of matrix.tiles()) values.set(tile.values, tile.firstRow * columns);
  return { rows, columns, values };
}

/** Returns a held matrix as a stream of one tile. */
export function tiled({ rows, columns, values }: Matrix): TiledMatrix {
  return {
    rows,
    columns,
    async *tiles() {
      yield { firstRow: 0, rows, columns, values };
    },
  };
}

/** Returns the matrix with its tiles and blocks passed through `wrap`. */
export function watched<M extends TiledMatrix>(
  matrix: M,
  wrap: <B extends Block>(blocks: AsyncIterable<B>) => AsyncIterable<B>,
): M {
  const { blocks } = matrix;
  return { ...matrix, tiles: () => wrap(matrix.tiles()), ...(blocks && { blocks: () => wrap(blocks()) }) };
}

/** Which of two scores is nearer: the greater (similarities) or the less (distances). */
export type Nearer = "greater" | "less";

/**
 * A matrix of scores. Its tiles come from a fast product and may have an error of a few units in the last place.
 * `exact` decides between scores that differ by less than the error, and is the same for every mode and backend.
 */
export interface ScoredMatrix extends TiledMatrix {
  readonly nearer: Nearer;
  /** Returns the score of row i and column j in exact arithmetic, rounded once to a double. */
  exact(row: number, column: number): number;
  /**
   * Returns the maximum difference between a cell of this absolute value in row i and its exact score. It grows with the size, but at
   * most by a quarter of the growth.
   */
  slack(row: number, size: number): number;
}
