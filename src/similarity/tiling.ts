/** Maximum numbers of cells and products in a tile; the available memory limits it further. */
export interface TileLimits {
  readonly cells: number;
  readonly products: number;
}

/** Large enough for a fast product; at most 32 MB. */
export const KERNEL_LIMITS: TileLimits = { cells: 1 << 22, products: 2 ** 33 };

/** The share of the available memory for one tile. The rest is for a second tile, packed rows and text. */
const TILE_SHARE = 1 / 6;
/** Minimum number of tiles in a matrix, so that one is consumed while the next is computed. */
const MIN_TILES = 4;
const ROWS_TOGETHER = 64;

/**
 * Returns the number of rows in a tile of an n×m matrix with d products in each cell. It does not depend on the number of
 * threads.
 *
 * @param workBytes maximum size of tiles, packed rows and text in bytes.
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

/** A product begins at a column that is a multiple of this. */
export const COLUMNS_TOGETHER = 64;

/** Some rows and columns of a matrix. */
export interface Area {
  readonly firstRow: number;
  readonly rows: number;
  readonly firstColumn: number;
  readonly columns: number;
}

/** Maximum number of rows and of columns in an area: it fits in a cache and is large enough for an efficient BLAS call. */
const AREA_SIDE = 1024;
/** Maximum number of columns of an area of which only a summary is kept: a BLAS packs fewer rows for each cell. */
const SUMMARY_COLUMNS = 1536;
/** Maximum size of the rows that the kernels pack for such an area. */
const PACKED_BYTES = 1 << 26;
/** Maximum number of products in such an area: 0.2 s, in which the main thread handles no events. */
export const SUMMARY_PRODUCTS = 2 ** 32;
/** Returns the maximum number of columns, and of rows, of an area of which only a summary is kept. */
export function summaryColumns(d: number, workBytes: number): number {
  return Math.min(SUMMARY_COLUMNS, Math.min(PACKED_BYTES, workBytes * TILE_SHARE) / (16 * d));
}

/** Minimum number of areas, so that threads wait less for the last one, unless areas would have under `FEW_CELLS` cells. */
const MIN_AREAS = 8;
const FEW_CELLS = 1 << 18;

export interface AreaOptions {
  /** Whether the matrix is its own transpose, so that areas on and above the diagonal suffice. */
  readonly symmetric: boolean;
  readonly threads: number;
  readonly workBytes: number;
  /** Maximum number of columns in an area, which has no more rows, and of cells. */
  readonly mostColumns?: number;
  readonly mostCells?: number;
  /** Bytes of a row or column that is copied for each area. */
  readonly rowBytes?: number;
}

/** The areas of a matrix, row by row. */
export interface Areas {
  readonly areas: Generator<Area>;
  /** Number of rows and columns of the largest area. */
  readonly rows: number;
  readonly columns: number;
  /** Number of areas to compute at the same time. */
  readonly count: number;
}

/**
 * Returns the areas of an n×m matrix. They depend only on n, m and the available memory. Those of a symmetric matrix are
 * squares on the diagonal and rectangles above it.
 */
export function areasOf(n: number, m: number, options: AreaOptions): Areas {
  const { symmetric, threads, workBytes, mostColumns = AREA_SIDE, rowBytes = 0 } = options;
  const { mostCells = Number.POSITIVE_INFINITY } = options;
  const fair = Math.max(FEW_CELLS, (n * m) / MIN_AREAS);
  const cells = Math.min(fair, (workBytes * TILE_SHARE) / 8, mostCells);
  const columns = part(m, Math.min(mostColumns, Math.sqrt(2 * cells)));
  const rows = part(n, Math.min(AREA_SIDE, mostColumns, cells / columns));
  const largest = { rows, columns: Math.max(columns, symmetric ? rows : 0) };
  const bytes = 8 * largest.rows * largest.columns + rowBytes * (largest.rows + largest.columns);
  const count = Math.floor((2 * TILE_SHARE * workBytes) / bytes);
  function* areas(): Generator<Area> {
    for (let firstRow = 0; firstRow < n; firstRow += rows) {
      const height = Math.min(rows, n - firstRow);
      if (symmetric) yield { firstRow, rows: height, firstColumn: firstRow, columns: height };
      for (let firstColumn = symmetric ? firstRow + height : 0; firstColumn < m; firstColumn += columns) {
        yield { firstRow, rows: height, firstColumn, columns: Math.min(columns, m - firstColumn) };
      }
    }
  }
  return { areas: areas(), ...largest, count: Math.max(1, Math.min(threads + 1, count)) };
}

/** The last areas are split, so that no thread waits long for the last one of another. */
const LAST_AREAS = 4;
const SLICES = 4;

/** Returns areas with the last ones split into slices of rows. */
export function withShortEnd(areas: readonly Area[]): Area[] {
  const whole = areas.length - LAST_AREAS;
  return areas.flatMap((area, k) => (k < whole ? [area] : slicesOf(area)));
}

function slicesOf(area: Area): Area[] {
  const rows = part(area.rows, area.rows / SLICES);
  return Array.from({ length: Math.ceil(area.rows / rows) }, (_, k) => {
    return { ...area, firstRow: area.firstRow + k * rows, rows: Math.min(rows, area.rows - k * rows) };
  });
}

/** Returns the size of equal parts of at most `max`, a multiple of `COLUMNS_TOGETHER`. */
function part(count: number, max: number): number {
  const whole = Math.max(COLUMNS_TOGETHER, max - (max % COLUMNS_TOGETHER));
  return Math.ceil(count / Math.ceil(count / whole) / COLUMNS_TOGETHER) * COLUMNS_TOGETHER;
}
