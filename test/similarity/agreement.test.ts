import { expect } from "chai";
import fc from "fast-check";
import type { Agreement } from "#dist/core/results.js";
import { AgreementCheck, DEFAULT_TOLERANCE, type Tolerance } from "#dist/similarity/agreement.js";
import { cosineTiles } from "#dist/similarity/similarity.js";
import { cut, fixtureVectors, matrixOf } from "../reference.js";

/** Compares matrices x and y in tiles of `height` rows; y is the loop's. */
async function compare(
  x: readonly (readonly number[])[],
  y: readonly (readonly number[])[],
  tolerance?: Partial<Tolerance>,
  height = 1,
): Promise<Agreement> {
  const full = { ...DEFAULT_TOLERANCE, ...tolerance };
  const check = new AgreementCheck(cut(matrixOf(y), [height]), true, tolerance && full);
  for await (const tile of cut(matrixOf(x), [height]).tiles()) await check.add(tile);
  const mirrored = new AgreementCheck(cut(matrixOf(x), [height]), false, full);
  for await (const tile of cut(matrixOf(y), [height]).tiles()) await mirrored.add(tile);
  const result = check.result();
  expect(mirrored.result(), "the same from the other side").to.deep.equal(result);
  return result;
}

describe("AgreementCheck", () => {
  it("finds agreement of the two engines on the notebook's batches", async () => {
    const [v1, v2] = [fixtureVectors("notebook/v1.csv"), fixtureVectors("notebook/v2.csv")];
    const check = new AgreementCheck(await cosineTiles(v2, v1, { mode: "loop" }), true);
    for await (const tile of (await cosineTiles(v2, v1)).tiles()) await check.add(tile);
    const { agree, maxDifference, rtol, atol } = check.result();
    expect({ agree, rtol, atol }).to.deep.equal({ agree: true, rtol: 1e-5, atol: 1e-8 });
    expect(maxDifference).to.be.below(1e-15);
  });

  it("reports the largest difference and its cell, the first of equal ones", async () => {
    const x = [
      [0, 0.5, 0],
      [0, 0, 0.25],
      [0, -0.5, 0],
    ];
    const y = [
      [0, 0, 0],
      [0, 0, 0],
      [0, 0, 0],
    ];
    for (const height of [1, 2, 3]) {
      expect(await compare(x, y, {}, height)).to.deep.equal({
        agree: false,
        maxDifference: 0.5,
        at: [0, 1],
        rtol: 1e-5,
        atol: 1e-8,
      });
    }
    expect(
      (
        await compare(
          [
            [1, 2],
            [3, 4.5],
          ],
          [
            [1, 2],
            [3, 4],
          ],
        )
      ).at,
    ).to.deep.equal([1, 1]);
  });

  it("reports no difference if there is none", async () => {
    expect(await compare([[0.25, -1]], [[0.25, -1]])).to.include({ agree: true, maxDifference: 0 });
  });

  it("fails a small difference if the loop's value is smaller still", async () => {
    expect((await compare([[1, 3e-8]], [[1 + 9e-6, 1e-8]])).agree).to.be.false;
    expect((await compare([[1, 1.9e-8]], [[1 + 9e-6, 1e-8]])).agree).to.be.true;
  });

  it("keeps the verdict if a failing cell is followed by larger differences that pass", async () => {
    const result = await compare([[3e-8, 1]], [[1e-8, 1 + 9e-6]]);
    expect(result.agree).to.be.false;
    expect(result.at).to.deep.equal([0, 1]);
  });

  it("is relative to the loop's value, as in NumPy to the second argument", async () => {
    const tolerance = { rtol: 0.1, atol: 0 };
    expect((await compare([[9]], [[10]], tolerance)).agree).to.be.true;
    expect((await compare([[10]], [[9]], tolerance)).agree).to.be.false;
    expect((await compare([[-9]], [[-10]], tolerance)).agree).to.be.true;
  });

  it("fails a NaN on either side, and on both unless NaN values count as equal", async () => {
    for (const [x, y] of [
      [Number.NaN, 0],
      [0, Number.NaN],
      [Number.NaN, Number.NaN],
    ] as const) {
      const result = await compare([[1, x, 1]], [[1, y, 3]]);
      expect(result.agree).to.be.false;
      expect(result.maxDifference).to.be.NaN;
      expect(result.at).to.deep.equal([0, 1]);
    }
    const equal = await compare([[Number.NaN, 0.5]], [[Number.NaN, 0.5]], { equalNan: true });
    expect(equal).to.include({ agree: true, maxDifference: 0 });
    expect(await compare([[Number.NaN]], [[Number.NaN]], { equalNan: true })).to.include({
      agree: true,
      maxDifference: 0,
    });
    expect((await compare([[Number.NaN, 0.5]], [[0.5, 0.5]], { equalNan: true })).agree).to.be.false;
    expect((await compare([[0.5, 0.5]], [[Number.NaN, 0.5]], { equalNan: true })).agree).to.be.false;
  });

  it("agrees with NumPy's formula for any cells and tolerances", async () => {
    const cell = fc.oneof(
      fc.double({ min: -1, max: 1, noNaN: true }),
      fc.constantFrom(0, 1e-8, 1.00001e-8, 2e-8, 1, 1 - 1e-5, 1 + 1e-5),
    );
    const pairs = fc.array(fc.tuple(cell, cell, fc.boolean()), { minLength: 1, maxLength: 5 });
    const size = fc.constantFrom(0, 1e-8, 1e-5, 0.1);
    await fc.assert(
      fc.asyncProperty(pairs, size, size, async (cells, rtol, atol) => {
        // Half of the pairs are near each other: otherwise no verdict would be positive.
        const rows = cells.map(([x, y, near]) => (near ? [y * (1 + rtol / 2) + x * atol * 0.5, y] : [x, y]));
        const expected = rows.every(([x, y]) => Math.abs(x! - y!) <= atol + rtol * Math.abs(y!));
        const result = await compare(
          rows.map(([x]) => [x!]),
          rows.map(([, y]) => [y!]),
          { rtol, atol },
        );
        expect(result.agree).to.equal(expected);
        expect(result.maxDifference).to.equal(Math.max(...rows.map(([x, y]) => Math.abs(x! - y!))));
      }),
    );
  });
});
