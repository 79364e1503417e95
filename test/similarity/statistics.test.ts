import { expect } from "chai";
import fc from "fast-check";
import type { Matrix } from "#dist/core/matrix.js";
import type { Statistics } from "#dist/core/results.js";
import { StatisticsGatherer } from "#dist/similarity/statistics.js";
import { cut, matrixOf } from "../reference.js";

async function statisticsOf(matrix: Matrix, heights: readonly number[]): Promise<Statistics> {
  const gatherer = new StatisticsGatherer(matrix.rows === matrix.columns);
  for await (const tile of cut(matrix, heights).tiles()) gatherer.add(tile);
  return gatherer.result();
}

describe("StatisticsGatherer", () => {
  it("computes range and mean of all cells and of the diagonal", async () => {
    const matrix = matrixOf([
      [0.5, -1, 0.25],
      [0, 0.75, 1],
      [0, 0, -0.5],
    ]);
    for (const height of [1, 2, 3]) {
      expect(await statisticsOf(matrix, [height])).to.deep.equal({
        all: { min: -1, max: 1, mean: 1 / 9, missing: 0 },
        diagonal: { min: -0.5, max: 0.75, mean: 0.25, missing: 0 },
      });
    }
  });

  it("only counts NaN cells", async () => {
    const { all, diagonal } = await statisticsOf(
      matrixOf([
        [Number.NaN, 1],
        [3, 4],
      ]),
      [1],
    );
    expect(all).to.deep.equal({ min: 1, max: 4, mean: 8 / 3, missing: 1 });
    expect(diagonal).to.deep.equal({ min: 4, max: 4, mean: 4, missing: 1 });
  });

  it("returns NaN if all cells are NaN", async () => {
    const { all } = await statisticsOf(matrixOf([[Number.NaN, Number.NaN]]), [1]);
    expect(all).to.deep.equal({ min: Number.NaN, max: Number.NaN, mean: Number.NaN, missing: 2 });
  });

  it("has no diagonal if the matrix is not square", async () => {
    expect((await statisticsOf(matrixOf([[1, 2, 3]]), [1])).diagonal).to.be.null;
  });

  it("agrees with the definition for tiles of any height", async () => {
    const cells = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 25, maxLength: 25 });
    const heights = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(cells, heights, async (values, cuts) => {
        const { all, diagonal } = await statisticsOf({ rows: 5, columns: 5, values: Float64Array.from(values) }, cuts);
        const onDiagonal = values.filter((_, cell) => cell % 6 === 0);
        for (const [found, numbers] of [
          [all, values],
          [diagonal!, onDiagonal],
        ] as const) {
          expect(found.min === Math.min(...numbers) && found.max === Math.max(...numbers)).to.be.true;
          expect(found.mean).to.be.closeTo(numbers.reduce((sum, x) => sum + x, 0) / numbers.length, 1e-15);
        }
      }),
    );
  });
});
