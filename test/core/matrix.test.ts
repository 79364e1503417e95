import { expect } from "chai";
import fc from "fast-check";
import { hold, tiled } from "#dist/core/matrix.js";
import { bits, cut, matrixOf } from "../reference.js";

describe("hold", () => {
  it("collects a matrix from tiles of any height that share one buffer", async () => {
    const shape = fc.record({
      rows: fc.integer({ min: 1, max: 9 }),
      columns: fc.integer({ min: 1, max: 9 }),
      heights: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 }),
    });
    await fc.assert(
      fc.asyncProperty(shape, async ({ rows, columns, heights }) => {
        const values = Float64Array.from({ length: rows * columns }, (_, k) => k / 3);
        const held = await hold(cut({ rows, columns, values }, heights));
        expect(held).to.include({ rows, columns });
        expect(bits(held.values)).to.deep.equal(bits(values));
      }),
    );
  });
});

describe("tiled", () => {
  it("yields one tile of the whole matrix, each time it is iterated", async () => {
    const matrix = matrixOf([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    const stream = tiled(matrix);
    for (const _ of [1, 2]) {
      const tiles = [];
      for await (const tile of stream.tiles()) tiles.push(tile);
      expect(tiles).to.deep.equal([{ firstRow: 0, rows: 2, columns: 3, values: matrix.values }]);
    }
    expect((await hold(stream)).values).to.deep.equal(matrix.values);
  });
});
