import type { CellsWanted, ProductSummary } from "../kernels/product-summary.js";
import { sharedArray } from "./vectors.js";

export type { CellsWanted } from "../kernels/product-summary.js";

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

/** An area of a matrix without its cells: their range, and those that are wanted. */
export interface Summary extends Required<Omit<Block, "values" | "range">>, ProductSummary {}

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
  /**
   * Yields the range of each area in a fixed order, and the cells that are wanted, which should be few. The areas of a symmetric
   * matrix are on and above the diagonal, as in `blocks`. This is faster than `blocks`, whose cells are handed over. Absent if
   * only blocks are available.
   */
  summaries?: ((wanted: CellsWanted) => AsyncIterable<Summary>) | undefined;
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

/** Collects the tiles of a matrix in one array of `rows × columns` doubles; returns the array of a matrix that is held. */
export async function hold(matrix: TiledMatrix | (TiledMatrix & Matrix)): Promise<Matrix> {
  const { rows, columns } = matrix;
  if ("values" in matrix) return { rows, columns, values: matrix.values };
  const values = sharedArray(rows * columns);
  for await (const tile of matrix.tiles()) values.set(tile.values, tile.firstRow * columns);
  return { rows, columns, values };
}

/** Returns a held matrix as a stream of one tile. */
export function tiled({ rows, columns, values }: Matrix): TiledMatrix & Matrix {
  return {
    rows,
    columns,
    values,
    async *tiles() {
      yield { firstRow: 0, rows, columns, values };
    },
  };
}

/** A part of the work on a matrix: a block of its cells, or what a screen found in some of them. */
export type Part = Block | Summary | CandidateRows | CandidatePairs;

/** Returns the number of cells of the matrix that are known by a part. */
export function cellsOf(part: Part): number {
  return "cells" in part ? part.cells : part.rows * part.columns * (part.mirrored ? 2 : 1);
}

/** Returns the matrix with its tiles and blocks, and what its screen finds, passed through `wrap`. */
export function watched<M extends TiledMatrix & Pick<Partial<ScoredMatrix>, "screen">>(
  matrix: M,
  wrap: <P extends Part>(parts: AsyncIterable<P>) => AsyncIterable<P>,
): M {
  const { blocks, summaries, screen } = matrix;
  return {
    ...matrix,
    tiles: () => wrap(matrix.tiles()),
    ...(blocks && { blocks: () => wrap(blocks()) }),
    ...(summaries && { summaries: (wanted: CellsWanted) => wrap(summaries(wanted)) }),
    ...(screen && { screen: watchedScreen(screen, wrap) }),
  };
}

function watchedScreen(screen: Screen, wrap: <P extends Part>(parts: AsyncIterable<P>) => AsyncIterable<P>): Screen {
  const wrapped = <P extends Part>(parts: AsyncIterable<P> | null) => parts && wrap(parts);
  return {
    nearest: async (wanted) => wrapped(await screen.nearest(wanted)),
    reaching: async (minScore) => wrapped(await screen.reaching(minScore)),
    ofRows: async (rows) => watched(await screen.ofRows(rows), wrap),
  };
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
  /** Finds near columns with fewer operations than the tiles; null where the tiles are as fast. */
  readonly screen?: Screen | null;
}

/** Finds the columns that may be near, whose exact scores decide, without computing the cells of the matrix. */
export interface Screen {
  /** Finds the columns among which are the nearest of each row. Returns null where the tiles are as fast. */
  nearest(wanted: NearestWanted): Promise<AsyncIterable<CandidateRows> | null>;
  /**
   * Finds the pairs of a row and a column that may score `minScore` or nearer, in the order of rows and columns; those of a
   * symmetric matrix once, the smaller number first. Returns null where the tiles are as fast.
   */
  reaching(minScore: number): Promise<AsyncIterable<CandidatePairs> | null>;
  /** Returns the matrix of some of the rows, with tiles. */
  ofRows(rows: Uint32Array): Promise<ScoredMatrix>;
}

/** Which columns a screen finds. */
export interface NearestWanted {
  /** The number of nearest columns of a row. */
  readonly k: number;
  /** Column i + `selfOffset` is not wanted for row i; null for none. */
  readonly selfOffset: number | null;
  /** Returns the minimum score of a column of row i; for distances, the maximum. */
  readonly minScoreOf?: (row: number) => number;
}

/** Rows of a matrix, in any order, with the columns among which are their nearest. */
export interface CandidateRows {
  readonly firstRow: number;
  /** For each row, the columns in any order; null for a row with too many of them, whose tile has to be searched. */
  readonly columns: readonly (Uint32Array | null)[];
  /** For each row, the exact scores of these columns, NaN for those that are left to `exact`; absent if all are. */
  readonly scores?: readonly (Float64Array | null)[];
  /** The number of cells that have been searched since the rows before. */
  readonly cells: number;
}

/** Pairs of a row and a column. */
export interface CandidatePairs {
  /** Row and column of each pair, one after the other. */
  readonly pairs: Uint32Array;
  /** The number of cells that have been searched since the pairs before. */
  readonly cells: number;
}
