import { expect } from "chai";
import fc from "fast-check";
import { RowScores } from "#dist/neighbours/row-scores.js";
import { eitherWay, inOrder, scored, scoreRows } from "./support.js";

/** Loads a row of exact scores with rounding errors in its cells. */
async function loaded(row: readonly number[], nearer: "greater" | "less", excluded: number[], first = 0) {
  const matrix = scored([row], nearer);
  const scores = new RowScores(matrix);
  for await (const { values } of matrix.tiles()) scores.load(0, values, excluded, first);
  return scores;
}

const anyRow = scoreRows().map(([row]) => row!);

describe("RowScores", () => {
  it("returns the nearest columns, ties by column, for any k", async () => {
    await fc.assert(
      fc.asyncProperty(
        anyRow,
        eitherWay,
        fc.integer({ min: 1, max: 45 }),
        fc.array(fc.nat(39)),
        async (row, nearer, k, out) => {
          const excluded = out.filter((column) => column < row.length);
          const scores = await loaded(row, nearer, excluded);
          const expected = inOrder(row, nearer, excluded).slice(0, k);
          const found = scores.nearest(k);
          scores.close();
          expect(found.columns).to.deep.equal(expected);
          expect(found.scores.map((x) => x + 0)).to.deep.equal(expected.map((column) => row[column]! + 0));
        },
      ),
      { numRuns: 300 },
    );
  });

  it("returns all columns that score a bound or nearer, and no others", async () => {
    await fc.assert(
      fc.asyncProperty(anyRow, eitherWay, fc.constantFrom(0.25, 0.5, -0.5, 0, 2, -2), async (row, nearer, bound) => {
        const scores = await loaded(row, nearer, []);
        const reaches = (x: number) => (nearer === "greater" ? x >= bound : x <= bound);
        const expected = inOrder(row, nearer).filter((column) => reaches(row[column]!));
        const found = scores.atLeast(bound);
        scores.close();
        expect(found.columns).to.deep.equal(expected);
      }),
      { numRuns: 300 },
    );
  });

  it("returns the ranks of columns, with any number of near ties, and NaN for columns without a score", async () => {
    const distinct = fc.uniqueArray(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 40, maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(fc.oneof(anyRow, distinct), eitherWay, fc.array(fc.nat(39)), async (row, nearer, out) => {
        const excluded = out.filter((column) => column < row.length);
        const scores = await loaded(row, nearer, excluded);
        const order = inOrder(row, nearer, excluded);
        const columns = row.map((_, column) => column);
        const expected = columns.map((column) => (order.includes(column) ? order.indexOf(column) : Number.NaN));
        expect(scores.ranksOf(columns)).to.deep.equal(expected);
        const missing = columns.map((column) => column + row.length);
        expect(scores.ranksOf(missing)).to.deep.equal(missing.map(() => Number.NaN));
        for (const column of columns) expect(scores.ranksOf([column])).to.deep.equal([expected[column]]);
        scores.close();
      }),
      { numRuns: 200 },
    );
  });

  it("excludes columns before the first one", async () => {
    const scores = await loaded([0.9, 0.8, 0.1, 0.2], "greater", [3], 1);
    expect(scores.nearest(4).columns).to.deep.equal([1, 2]);
    expect(scores.scoreOf(1)).to.equal(0.8);
    expect(scores.scoreOf(0)).to.be.NaN;
    scores.close();
  });
});
