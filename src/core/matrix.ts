import { sharedArray } from "./vectors.js";

/** Some rows of a matrix, and some columns of these: rows `firstRow … firstRow + rows − 1`, likewise columns. */
export interface Block {
  readonly firstRow: number;
  readonly rows: number;
  /** 0 where it is left out. */
  readonly firstColumn?: number;
  readonly columns: number;
  /** Whether the cells across the diagonal are the same, and do not come by themselves. */
  readonly mirrored?: boolean;
  /** `rows × columns` cells, row-major; valid only until the next tile is asked for. */
  readonly values: Float64Array;
  /** What the cells are between, and their sum, NaN when a cell is; where whoever computed them knows. */
  readonly range?: { readonly min: number; readonly max: number; readonly sum: number };
}

/** Whole rows of a matrix. */
export interface Tile extends Block {
  readonly firstColumn?: never;
  readonly mirrored?: never;
}

/** A matrix as a stream of row tiles, in order, without gaps; it is never held as a whole. */
export interface TiledMatrix {
  /** How messages call it, where it has a name of its own. */
  readonly name?: string;
  readonly rows: number;
  readonly columns: number;
  /** Starts the stream from the first row; each call starts anew. */
  tiles(): AsyncIterable<Tile>;
  /**
   * The same cells in blocks of few rows and columns, in any order, of which those of a symmetric matrix come once: less
   * work, and less memory, for whoever needs no whole rows. Where it is missing, tiles are all there is.
   */
  blocks?: (() => AsyncIterable<Block>) | undefined;
}

/** The cells of a matrix for whoever does not care in which order, and in what parts, they come. */
export function anyBlocks(matrix: TiledMatrix): AsyncIterable<Block> {
  return matrix.blocks?.() ?? matrix.tiles();
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

/** The same matrix, by way of somebody who sees its tiles, or blocks, go by. */
export function watched<M extends TiledMatrix>(
  matrix: M,
  by: <B extends Block>(blocks: AsyncIterable<B>) => AsyncIterable<B>,
): M {
  const { blocks } = matrix;
  return { ...matrix, tiles: () => by(matrix.tiles()), ...(blocks && { blocks: () => by(blocks()) }) };
}
