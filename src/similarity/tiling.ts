/** Tiles of the fast backends: large enough for a product, small enough for two of them in memory. */
const TILE_CELLS = 1 << 23;
const TILE_PRODUCTS = 2 ** 33;
/** Tiles that a matrix is cut into at least, so that one is consumed while the next is computed. */
const LEAST_TILES = 4;
const ROWS_TOGETHER = 64;

/** The rows in a tile of an n×m matrix of d products a cell; they follow from n, m and d alone. */
export function tileRowsOf(n: number, m: number, d: number): number {
  const most = Math.min(TILE_CELLS / m, TILE_PRODUCTS / (m * d));
  const fair = Math.max(4 * ROWS_TOGETHER, n / LEAST_TILES);
  const rows = Math.ceil(Math.min(most, fair) / ROWS_TOGETHER) * ROWS_TOGETHER;
  return Math.max(1, Math.min(n, most < ROWS_TOGETHER ? Math.max(16, Math.floor(most)) : rows));
}
