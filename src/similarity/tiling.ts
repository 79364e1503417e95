/** Limits of a tile, which also depends on the memory that is available. */
export interface TileLimits {
  readonly cells: number;
  readonly products: number;
}

/** Large enough for a fast product, in at most 32 MB of memory. */
export const KERNEL_LIMITS: TileLimits = { cells: 1 << 22, products: 2 ** 33 };

/** The share of the available memory for one tile. There are two tiles, packed rows and text. */
const TILE_SHARE = 1 / 6;
/** A matrix has at least this number of tiles, so that one is consumed while the next is computed. */
const MIN_TILES = 4;
const ROWS_TOGETHER = 64;

/**
 * Returns the number of rows in a tile of an n×m matrix of d products a cell. It depends on the parameters only, not on the
 * threads.
 *
 * @param workBytes bytes that tiles, packed rows and text may take.
 */
export function tileRowsOf(
  n: number,
  m: number,
  d: number,
  { cells, products }: TileLimits,
  workBytes = Number.POSITIVE_INFINITY,
): number {
  const max = Math.min(Math.min(8 * cells, workBytes * TILE_SHARE) / (8 * m), products / (m * d));
  const fair = Math.max(4 * ROWS_TOGETHER, n / MIN_TILES);
  const rows = Math.ceil(Math.min(max, fair) / ROWS_TOGETHER) * ROWS_TOGETHER;
  return Math.max(1, Math.min(n, max < ROWS_TOGETHER ? Math.floor(max) : rows));
}

/** A product begins at any multiple of so many columns. */
export const COLUMNS_TOGETHER = 64;

/** Some rows and columns of a matrix. */
export interface Area {
  readonly firstRow: number;
  readonly rows: number;
  readonly firstColumn: number;
  readonly columns: number;
}

/** The most rows and columns of an area: few enough cells to stay in a cache, enough to be worth a call of a library. */
const AREA_SIDE = 1024;
/** A matrix has so many areas at least, unless they would be small: then no thread waits long for another's last one. */
const LEAST_AREAS = 8;
const FEW_CELLS = 1 << 18;

/** How a matrix is cut into areas. */
export interface AreaOptions {
  /** Whether it is its own transpose: then areas on and above the diagonal are enough. */
  readonly symmetric: boolean;
  readonly threads: number;
  readonly workBytes: number;
}

/** A matrix in areas, row by row. */
export interface Areas {
  readonly areas: Generator<Area>;
  /** The size of the largest. */
  readonly rows: number;
  readonly columns: number;
  /** How many are worth multiplying at once. */
  readonly count: number;
}

/**
 * The areas of an n×m matrix, which follow from n, m and the memory to work in alone. Those of a symmetric matrix are on
 * the diagonal, squares then, or above it.
 */
export function areasOf(n: number, m: number, { symmetric, threads, workBytes }: AreaOptions): Areas {
  const fair = Math.max(FEW_CELLS, (n * m) / LEAST_AREAS);
  const cells = Math.min(fair, (workBytes * TILE_SHARE) / 8);
  const columns = part(m, Math.min(AREA_SIDE, Math.sqrt(2 * cells)));
  const rows = part(n, Math.min(AREA_SIDE, cells / columns));
  const most = { rows, columns: Math.max(columns, symmetric ? rows : 0) };
  const count = Math.floor((2 * TILE_SHARE * workBytes) / (8 * most.rows * most.columns));
  function* areas(): Generator<Area> {
    for (let firstRow = 0; firstRow < n; firstRow += rows) {
      const height = Math.min(rows, n - firstRow);
      if (symmetric) yield { firstRow, rows: height, firstColumn: firstRow, columns: height };
      for (let firstColumn = symmetric ? firstRow + height : 0; firstColumn < m; firstColumn += columns) {
        yield { firstRow, rows: height, firstColumn, columns: Math.min(columns, m - firstColumn) };
      }
    }
  }
  return { areas: areas(), ...most, count: Math.max(1, Math.min(threads + 1, count)) };
}

/** The size of parts alike, multiples of what is multiplied together, none above `most` unless that is less. */
function part(count: number, most: number): number {
  const whole = Math.max(COLUMNS_TOGETHER, most - (most % COLUMNS_TOGETHER));
  return Math.ceil(count / Math.ceil(count / whole) / COLUMNS_TOGETHER) * COLUMNS_TOGETHER;
}
