/** Rows whose float32 products are searched. */
export interface FloatRows {
  /** n×d and m×d on shared memory; the same array for a set that is searched for its own rows. */
  readonly left: Float32Array;
  readonly right: Float32Array;
  readonly d: number;
  /** What makes a score of a product, with a number for each right-hand row. Null if the product is the score. */
  readonly terms: { readonly how: "minus" | "times"; readonly numbers: Float32Array } | null;
}

export interface FloatsWanted {
  readonly k: number;
  /** For each left-hand row: twice the maximum error of a score. */
  readonly margins: Float32Array;
  /** For each left-hand row: columns with a smaller score are not wanted. */
  readonly bounds: Float32Array;
  /** Column i + `selfOffset` is not wanted for row i; null for none. */
  readonly selfOffset: number | null;
  /** Maximum bytes of the lists. */
  readonly bytes: number;
}

/** What has been searched since the last result. */
export interface Searched {
  /** The number of cells of the matrix that are known. */
  readonly cells: number;
  /** The number of those that were not computed, because they mirror others. */
  readonly mirrored: number;
}

/** Rows whose columns have all been searched. */
export interface FoundRows extends Searched {
  readonly firstRow: number;
  /** For each row, the columns that may be among its k nearest, in any order; null if they are too many. */
  readonly columns: readonly (Uint32Array | null)[];
}

/** Cells that reach a bound. */
export interface FoundCells extends Searched {
  /** Row and column of each cell, one after the other. */
  readonly pairs: Uint32Array;
}

/** Searches the float32 products of rows. */
export interface FloatSearch {
  /** Whether the k nearest columns of rows of d components can be found with this memory for lists. */
  canFind(k: number, d: number, bytes: number): boolean;
  /** Returns the search of right-hand rows, which must not change while it is used. */
  of(rows: FloatRows): SearchOfRows;
}

/** Searches the products of some left-hand rows with all right-hand rows. */
export interface SearchOfRows {
  /**
   * Yields all rows once, in any order. Their number is limited by the memory for lists, so there may be several rounds.
   *
   * @param left all left-hand rows, or some of them.
   * @param wanted `canFind` is true for it.
   */
  nearest(left: Float32Array, wanted: FloatsWanted): AsyncIterable<FoundRows>;
  /**
   * Yields the cells that reach the bound of their row, in the order of rows and columns; of a set that is searched for its own
   * rows, each pair once.
   */
  reaching(left: Float32Array, bounds: Float32Array): AsyncIterable<FoundCells>;
}
