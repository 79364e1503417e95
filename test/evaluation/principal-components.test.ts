import { expect } from "chai";
import fc from "fast-check";
import { type VectorSet, vectorsFrom } from "#dist/core/vectors.js";
import { largestEigenpairs } from "#dist/evaluation/largest-eigenpairs.js";
import { type PrincipalComponents, principalComponents, projected } from "#dist/evaluation/principal-components.js";
import { fixtureJson, fixtureText } from "../reference.js";

interface Expected {
  readonly rows?: readonly number[][];
  readonly mean: readonly number[];
  readonly variances: readonly number[];
  readonly total: number;
  readonly components: readonly number[][];
}

const expected = fixtureJson<Record<string, Expected>>("evaluation/components.json");
const digits = fixtureText("digits/a.csv")
  .trimEnd()
  .split("\n")
  .slice(1)
  .map((line) => line.split(",").slice(2).map(Number));

/** Returns n×d numbers of a linear congruential generator, spread as a sum of several draws. */
function randomRows(n: number, d: number, sizeOf: (k: number) => number = () => 1): number[][] {
  let state = 1;
  const next = () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647 - 0.5;
  };
  return Array.from({ length: n }, () => Array.from({ length: d }, (_, k) => (next() + next() + next()) * sizeOf(k)));
}

/** Returns Σ (x − mean)² / (n − 1) of the rows along a direction, computed row by row. */
function varianceAlong(rows: readonly (readonly number[])[], direction: ArrayLike<number>): number {
  const along = rows.map((row) => row.reduce((sum, x, k) => sum + x * direction[k], 0));
  const mean = along.reduce((sum, x) => sum + x, 0) / rows.length;
  return along.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (rows.length - 1);
}

const directionsOf = ({ components, variances }: PrincipalComponents, d: number): Float64Array[] =>
  Array.from(variances, (_, i) => components.subarray(i * d, (i + 1) * d));

const product = (a: ArrayLike<number>, b: ArrayLike<number>) => Array.from(a).reduce((sum, x, k) => sum + x * b[k], 0);

function expectOrthonormal(found: PrincipalComponents, d: number): void {
  const directions = directionsOf(found, d);
  for (const [i, one] of directions.entries()) {
    for (let j = 0; j <= i; j++) expect(product(one, directions[j])).to.be.closeTo(i === j ? 1 : 0, 1e-10);
    const largest = Array.from(one).reduce((most, x) => (Math.abs(x) > Math.abs(most) ? x : most), 0);
    expect(largest).to.be.above(0);
  }
}

describe("principalComponents", () => {
  for (const [name, { rows = digits, ...wanted }] of Object.entries(expected)) {
    it(`agrees with the singular value decomposition of NumPy: ${name}`, async () => {
      const d = rows[0].length;
      const found = await principalComponents(vectorsFrom(rows), { count: d });
      const tolerance = 1e-9 * wanted.variances[0];
      expect(found.variances.length).to.equal(wanted.variances.length);
      for (const [i, variance] of wanted.variances.entries())
        expect(found.variances[i]).to.be.closeTo(variance, tolerance);
      for (const [k, mean] of wanted.mean.entries())
        expect(found.mean[k]).to.be.closeTo(mean, 1e-15 * Math.abs(mean) * 4);
      expect(found.total).to.be.closeTo(wanted.total, tolerance);
      // The direction of a variance near 0 is lost to rounding.
      for (const [i, direction] of directionsOf(found, d).entries()) {
        if (wanted.variances[i] < 1e-5 * wanted.variances[0]) continue;
        for (const [k, x] of wanted.components[i].entries()) expect(direction[k]).to.be.closeTo(x, 1e-7);
      }
    });
  }

  it("has orthonormal directions whose variances add up to the total, for any rows", async () => {
    const sizes = fc.record({ n: fc.integer({ min: 1, max: 12 }), d: fc.integer({ min: 1, max: 8 }) });
    const component = fc.oneof(fc.constantFrom(0, 1, -1), fc.double({ min: -100, max: 100, noNaN: true }));
    const anyRows = sizes.chain(({ n, d }) =>
      fc.array(fc.array(component, { minLength: d, maxLength: d }), { minLength: n, maxLength: n }),
    );
    await fc.assert(
      fc.asyncProperty(anyRows, async (rows) => {
        const found = await principalComponents(vectorsFrom(rows), { count: 8 });
        expectOrthonormal(found, rows[0].length);
        const largest = Math.max(...rows.flat().map(Math.abs));
        const tolerance = 1e-9 * found.total + (1e-13 * largest) ** 2 + 1e-300;
        expect(found.variances.reduce((sum, x) => sum + x, 0)).to.be.closeTo(found.total, tolerance);
        for (const [i, direction] of directionsOf(found, rows[0].length).entries()) {
          expect(found.variances[i]).to.be.closeTo(varianceAlong(rows, direction), tolerance);
          expect(found.variances[i]).to.be.at.most(found.variances[i - 1] ?? Number.POSITIVE_INFINITY);
        }
      }),
      { numRuns: 200 },
    );
  });

  it("multiplies variances by the square of a factor, also of a very large or small one", async () => {
    const rows = expected.tall.rows ?? [];
    const [one, ...others] = await Promise.all(
      [1, 2 ** 400, 2 ** -400].map((factor) =>
        principalComponents(vectorsFrom(rows.map((row) => row.map((x) => x * factor))), { count: 3 }),
      ),
    );
    for (const [i, factor] of [2 ** 400, 2 ** -400].entries()) {
      expect(Array.from(others[i].variances)).to.deep.equal(Array.from(one.variances, (x) => x * factor * factor));
      expect(others[i].components).to.deep.equal(one.components);
    }
  });

  it("finds no component of one row, of equal rows, and one of two rows and of one dimension", async () => {
    for (const rows of [
      [[1, 2, 3]],
      [
        [0.1, 0.7],
        [0.1, 0.7],
        [0.1, 0.7],
      ],
      [[1], [1]],
    ]) {
      const found = await principalComponents(vectorsFrom(rows), { count: 2 });
      expect(found).to.deep.include({ variances: new Float64Array(0), components: new Float64Array(0), total: 0 });
    }
    const two = await principalComponents(
      vectorsFrom([
        [0, 0, 1],
        [3, 4, 1],
      ]),
      { count: 2 },
    );
    expect(two.total).to.be.closeTo(12.5, 1e-12);
    expect(Array.from(two.variances, (x) => x.toFixed(10))).to.deep.equal(["12.5000000000"]);
    expect(Array.from(two.components, (x) => x.toFixed(10))).to.deep.equal([
      "0.6000000000",
      "0.8000000000",
      "0.0000000000",
    ]);
    const line = await principalComponents(vectorsFrom([[1], [2], [6]]), { count: 9 });
    expect(line.variances[0]).to.be.closeTo(7, 1e-12);
    expect(Array.from(line.components)).to.deep.equal([1]);
  });

  it("finds equal variances as often as they occur", async () => {
    const unit = Array.from({ length: 300 }, (_, i) => Array.from({ length: 300 }, (_, k) => (i === k ? 1 : 0)));
    const found = await principalComponents(vectorsFrom(unit), { count: 40 });
    expect(found.variances.length).to.equal(40);
    for (const variance of found.variances) expect(variance).to.be.closeTo(1 / 299, 1e-14);
    expectOrthonormal(found, 300);
    // Twice the same columns in rows of their own: each variance occurs twice.
    const half = randomRows(200, 150, (k) => 0.95 ** k);
    const zeros = new Array<number>(150).fill(0);
    const twice = half.flatMap((row) => [
      [...row, ...zeros],
      [...zeros, ...row],
    ]);
    const pairs = await principalComponents(vectorsFrom(twice), { count: 20 });
    const directions = directionsOf(pairs, 300);
    expectOrthonormal(pairs, 300);
    for (const [i, variance] of pairs.variances.entries())
      expect(variance).to.be.closeTo(varianceAlong(twice, directions[i]), 1e-10);
    for (let i = 2; i < 18; i += 2) expect(pairs.variances[i] / pairs.variances[i + 1]).to.be.closeTo(1, 0.02);
  });

  it("has the same bits in each run, and the same variances for any number of components", async () => {
    const set = vectorsFrom(randomRows(700, 400, (k) => 1 / (1 + k)));
    const [one, other, all] = await Promise.all([10, 10, 400].map((count) => principalComponents(set, { count })));
    expect(other).to.deep.equal(one);
    for (let i = 0; i < 10; i++) expect(one.variances[i]).to.be.closeTo(all.variances[i], 1e-12 * all.variances[0]);
    expect(all.variances.reduce((sum, x) => sum + x, 0)).to.be.closeTo(all.total, 1e-10 * all.total);
  });

  it("adds blocks of rows", async () => {
    // 2,048 components: a block has 2,048 rows.
    const rows = randomRows(2100, 2048, (k) => (k < 3 ? 9 - k : 0));
    const found = await principalComponents(vectorsFrom(rows), { count: 5 });
    const few = await principalComponents(vectorsFrom(rows.map((row) => row.slice(0, 3))), { count: 5 });
    expect(found.variances.length).to.equal(3);
    for (let i = 0; i < 3; i++) expect(found.variances[i]).to.be.closeTo(few.variances[i], 1e-10);
  });
});

describe("projected", () => {
  it("has the variances of the components, and 0 beyond them", async () => {
    const set: VectorSet = vectorsFrom(expected.deficient.rows ?? []);
    const found = await principalComponents(set, { count: 5 });
    const points = projected(set, found, 3);
    const column = (j: number) => Array.from({ length: set.rows }, (_, i) => [points[i * 3 + j]]);
    for (let j = 0; j < 2; j++) expect(varianceAlong(column(j), [1])).to.be.closeTo(found.variances[j], 1e-10);
    expect(column(2).flat()).to.deep.equal(new Array(set.rows).fill(0));
    expect(projected(set, found).length).to.equal(2 * set.rows);
  });
});

describe("largestEigenpairs", () => {
  it("satisfies A·v = λ·v for a large matrix with negative eigenvalues", () => {
    const n = 320;
    const rows = randomRows(n, n);
    const matrix = Float64Array.from({ length: n * n }, (_, at) => {
      const [i, j] = [Math.floor(at / n), at % n];
      return rows[Math.min(i, j)][Math.max(i, j)];
    });
    const { values, vectors } = largestEigenpairs(matrix, n, 12);
    for (const [i, value] of values.entries()) {
      const vector = vectors.subarray(i * n, (i + 1) * n);
      for (let row = 0; row < n; row++)
        expect(product(matrix.subarray(row * n, (row + 1) * n), vector)).to.be.closeTo(value * vector[row], 1e-6);
    }
    const trace = rows.reduce((sum, row, i) => sum + row[i], 0);
    expect(largestEigenpairs(matrix, n, n).values.reduce((sum, x) => sum + x, 0)).to.be.closeTo(trace, 1e-9);
  });
});
