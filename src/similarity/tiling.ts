/** Tiles of the fast backends: large enough for a product; memory that is touched for the first time is slow. */
const TILE_BYTES = 1 << 25;
/** What tiles are of the memory to work in: there are two, and packed rows and text beside them. */
const TILE_SHARE = 1 / 6;
const TILE_PRODUCTS = 2 ** 33;
/** Tiles that a matrix is cut into at least, so that one is consumed while the next is computed. */
const LEAST_TILES = 4;
const ROWS_TOGETHER = 64;

/**
 * The rows in a tile of an n×m matrix of d products a cell; they follow from n, m, d and the memory to work in alone.
 *
 * @param workBytes what tiles and all beside them may take.
 */
export function tileRowsOf(n: number, m: number, d: number, workBytes = Number.POSITIVE_INFINITY): number {
  const most = Math.min(Math.min(TILE_BYTES, workBytes * TILE_SHARE) / (8 * m), TILE_PRODUCTS / (m * d));
  const fair = Math.max(4 * ROWS_TOGETHER, n / LEAST_TILES);
  const rows = Math.ceil(Math.min(most, fair) / ROWS_TOGETHER) * ROWS_TOGETHER;
  return Math.max(1, Math.min(n, most < ROWS_TOGETHER ? Math.floor(most) : rows));
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
