/** Maximum number of rows and of columns in a block: its cells, 1 MB, are reduced while they are in a cache. */
const SIDE = 512;
/** Maximum size of the rows of a block in bytes. */
const ROW_BYTES = 1 << 21;
/** Sides of blocks are multiples of this. */
const TOGETHER = 64;

/** Returns the number of rows and of columns in a block of float32 products with d components. */
export const blockSide = (d: number): number =>
  Math.max(TOGETHER, Math.min(SIDE, Math.floor(ROW_BYTES / (4 * d) / TOGETHER) * TOGETHER));

/** Some rows and columns of a matrix. */
export interface BlockArea {
  readonly firstRow: number;
  readonly rows: number;
  readonly firstColumn: number;
  readonly columns: number;
}

/** The blocks of an n×m matrix, row by row; those of a symmetric one from the diagonal on. */
export class SearchBlocks {
  private readonly side: number;
  /** Numbers of blocks in a column and in a row. */
  readonly high: number;
  readonly wide: number;

  constructor(
    private readonly n: number,
    private readonly m: number,
    d: number,
    private readonly symmetric: boolean,
  ) {
    this.side = blockSide(d);
    this.high = Math.ceil(n / this.side);
    this.wide = Math.ceil(m / this.side);
  }

  get count(): number {
    const { high, wide, symmetric } = this;
    return symmetric ? (high * (high + 1)) / 2 : high * wide;
  }

  /** Returns the row and the column of a block, counted in blocks. */
  placeOf(block: number): [row: number, column: number] {
    const { wide, symmetric } = this;
    if (!symmetric) return [Math.floor(block / wide), block % wide];
    // Before row r of the triangle are r·wide − r(r − 1)/2 blocks.
    const before = (row: number) => row * wide - (row * (row - 1)) / 2;
    let row = Math.floor(wide + 0.5 - Math.sqrt((wide + 0.5) ** 2 - 2 * block));
    if (before(row) > block) row--;
    else if (before(row + 1) <= block) row++;
    return [row, row + block - before(row)];
  }

  areaOf(block: number): BlockArea {
    const [row, column] = this.placeOf(block);
    return { ...this.rowsOf(row), firstColumn: column * this.side, columns: this.sizeOf(column, this.m) };
  }

  /** Returns the rows in a row of blocks. */
  rowsOf(row: number): Pick<BlockArea, "firstRow" | "rows"> {
    return { firstRow: row * this.side, rows: this.sizeOf(row, this.n) };
  }

  private sizeOf(place: number, count: number): number {
    return Math.min(this.side, count - place * this.side);
  }
}
