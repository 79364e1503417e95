import { expect } from "chai";
import fc from "fast-check";
import { CellGrid } from "#dist/core/cell-grid.js";

/** The pixel of a cell, by its definition: pixel r covers the cells from floor(r·n/p) to floor((r+1)·n/p). */
const pixelOf = (cell: number, cells: number, pixels: number): number => {
  for (let r = 0; ; r++) if (cell < Math.floor(((r + 1) * cells) / pixels)) return r;
};

/** Aggregates a matrix cell by cell. */
function expected(matrix: readonly (readonly number[])[], height: number, width: number) {
  const pixels = Array.from({ length: height * width }, () => [] as number[]);
  for (const [i, row] of matrix.entries()) {
    for (const [j, value] of row.entries()) {
      const at = pixelOf(i, matrix.length, height) * width + pixelOf(j, row.length, width);
      if (!Number.isNaN(value)) pixels[at]?.push(value);
    }
  }
  return pixels;
}

const sizes = fc.record({
  rows: fc.integer({ min: 1, max: 40 }),
  columns: fc.integer({ min: 1, max: 40 }),
  height: fc.integer({ min: 1, max: 12 }),
  width: fc.integer({ min: 1, max: 12 }),
});
/** Integers, whose sums are exact in any order. */
const value = fc.oneof({ weight: 9, arbitrary: fc.integer({ min: -1000, max: 1000 }) }, fc.constant(Number.NaN));
const matrices = sizes.chain(({ rows, columns, height, width }) =>
  fc.record({
    matrix: fc.array(fc.array(value, { minLength: columns, maxLength: columns }), { minLength: rows, maxLength: rows }),
    height: fc.constant(Math.min(rows, height)),
    width: fc.constant(Math.min(columns, width)),
    blockRows: fc.integer({ min: 1, max: 15 }),
    blockColumns: fc.integer({ min: 1, max: 15 }),
  }),
);

/** Adds a matrix in blocks; of a symmetric one, those on one side of the diagonal only. */
function addBlocks(
  grid: CellGrid,
  matrix: readonly (readonly number[])[],
  rows: number,
  columns: number,
  symmetric: boolean,
) {
  for (let firstRow = 0; firstRow < matrix.length; firstRow += rows) {
    for (let firstColumn = symmetric ? firstRow : 0; firstColumn < matrix[0]!.length; firstColumn += columns) {
      const part = matrix.slice(firstRow, firstRow + rows).map((row) => row.slice(firstColumn, firstColumn + columns));
      const values = Float64Array.from(part.flat());
      const mirrored = symmetric && firstColumn > firstRow;
      grid.add({ firstRow, rows: part.length, firstColumn, columns: part[0]!.length, values, mirrored });
    }
  }
}

function expectPixels(grid: CellGrid, pixels: readonly (readonly number[])[]) {
  const sum = (list: readonly number[]) => list.reduce((total, each) => total + each, 0);
  expect([...grid.counts]).to.deep.equal(pixels.map(({ length }) => length));
  expect([...grid.sums]).to.deep.equal(pixels.map(sum));
  expect([...grid.minima]).to.deep.equal(pixels.map((list) => Math.min(...list)));
  expect([...grid.maxima]).to.deep.equal(pixels.map((list) => Math.max(...list)));
}

describe("CellGrid", () => {
  it("aggregates every cell exactly once, for any blocks", () => {
    fc.assert(
      fc.property(matrices, ({ matrix, height, width, blockRows, blockColumns }) => {
        const grid = new CellGrid(matrix.length, matrix[0]!.length, height, width);
        addBlocks(grid, matrix, blockRows, blockColumns, false);
        const pixels = expected(matrix, height, width);
        expectPixels(grid, pixels);
        const all = pixels.flat();
        const { min, max, missing } = grid.range();
        expect([min, max, missing]).to.deep.equal([
          Math.min(...all),
          Math.max(...all),
          matrix.flat().length - all.length,
        ]);
      }),
      { numRuns: 300 },
    );
  });

  it("adds the cells across the diagonal of mirrored blocks", () => {
    fc.assert(
      fc.property(matrices, ({ matrix, height, width: columns, blockRows }) => {
        const n = matrix.length;
        const symmetric = Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => (i * j) % 7));
        const width = Math.min(n, columns);
        const grid = new CellGrid(n, n, height, width);
        addBlocks(grid, symmetric, blockRows, blockRows, true);
        expectPixels(grid, expected(symmetric, height, width));
      }),
      { numRuns: 200 },
    );
  });

  it("aggregates large matrices by the kernels to the same pixels", () => {
    const n = 1500;
    const matrix = Array.from({ length: n }, (_, i) =>
      Array.from({ length: n }, (_, j) => (i === 700 && j < 30 ? Number.NaN : ((i * 31 + j * 17) % 1001) - 500)),
    );
    const grid = new CellGrid(n, n, 80, 70);
    addBlocks(grid, matrix, 256, 512, false);
    grid.close();
    expectPixels(grid, expected(matrix, 80, 70));
  });
});
