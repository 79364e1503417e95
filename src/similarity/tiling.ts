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
