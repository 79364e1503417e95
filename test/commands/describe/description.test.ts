import { expect } from "chai";
import fc from "fast-check";
import { Describer, type Description } from "#dist/commands/describe/description.js";
import { HashList } from "#dist/neighbours/duplicates.js";
import { finite } from "../../input/support.js";

function describeRows(rows: readonly number[][], ids: readonly string[] | null = null, rowsAtOnce = 2): Description {
  const describer = new Describer();
  const columns = rows[0].length;
  for (let at = 0; at < rows.length; at += rowsAtOnce) {
    const part = rows.slice(at, at + rowsAtOnce);
    const lines = part.map((_, i) => at + i + 1);
    const values = Float64Array.from(part.flat());
    describer.add({ rows: part.length, columns, values, ids: ids?.slice(at, at + rowsAtOnce) ?? null, lines });
  }
  return describer.result();
}

describe("Describer", () => {
  it("computes an exact mean of numbers that cancel or differ in magnitude", () => {
    const { norms, mean, min, max } = describeRows([
      [1e200, -1e200, 3],
      [1e-200, 2e-200, 2e-200],
      [0, 0, 0],
      [3, 4, 0],
    ]);
    expect(norms?.min).to.equal(0);
    expect(norms?.median).to.be.closeTo(2.5, 1e-15);
    expect(norms?.max).to.be.closeTo(Math.SQRT2 * 1e200, 1e185);
    expect([min, max]).to.deep.equal([-1e200, 1e200]);
    expect(mean).to.be.closeTo(10 / 12, 1e-15);
  });

  it("counts zero rows, duplicate rows, duplicate ids and non-finite components, and locates the first of each", () => {
    const rows = [
      [0, -0],
      [1, 2],
      [Number.NaN, 1],
      [0, 0],
      [1, 2],
      [Number.POSITIVE_INFINITY, Number.NaN],
    ];
    const description = describeRows(rows, ["a", "b", "a", "c", "a", "d"]);
    expect(description).to.deep.include({ rows: 6, dimensions: 2, dtype: "float64", hasIds: true, duplicateIds: 2 });
    expect(description).to.deep.include({ zeroRows: 2, firstZeroRow: 0, duplicateRows: { count: 2, first: [3, 0] } });
    expect(description).to.deep.include({ nan: 2, infinite: 1, firstNonFinite: { row: 2, component: 0, line: 3 } });
    expect(description).to.deep.include({ firstIds: ["a", "b", "a"], min: 0, max: 2, hasUnitRows: false });
  });

  it("returns null for the norms and range of non-finite rows", () => {
    expect(describeRows([[Number.NaN]])).to.deep.include({ norms: null, min: null, max: null, mean: null });
  });

  it("detects float32 and rows of length 1", () => {
    const describer = new Describer();
    describer.add({ rows: 2, columns: 2, values: Float32Array.of(0.6, 0.8, 1, 0), ids: null, lines: null });
    expect(describer.result()).to.deep.include({ dtype: "float32", hasUnitRows: true, hasIds: false });
    expect(describeRows([[1.002, 0]]).hasUnitRows).to.equal(false);
    expect(describeRows([[0.998, 0]]).hasUnitRows).to.equal(false);
    expect(describeRows([[1], [Number.NaN]]).hasUnitRows).to.equal(false);
  });

  it("agrees with the plain formulas for any batches", () =>
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4 }).chain((d) =>
          fc.array(fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: d, maxLength: d }), {
            minLength: 1,
            maxLength: 40,
          }),
        ),
        fc.integer({ min: 1, max: 5 }),
        (rows, rowsAtOnce) => {
          const { norms, mean } = describeRows(rows, null, rowsAtOnce);
          const sorted = rows.map((row) => Math.hypot(...row)).sort((a, b) => a - b);
          const middle = (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
          expect(norms?.min).to.be.closeTo(sorted[0], 1e-9 * sorted[0] + 1e-300);
          expect(norms?.median).to.be.closeTo(middle, 1e-9 * middle + 1e-300);
          expect(norms?.max).to.be.closeTo(sorted.at(-1)!, 1e-9 * sorted.at(-1)! + 1e-300);
          const cells = rows.flat();
          expect(mean).to.be.closeTo(
            cells.reduce((sum, x) => sum + x / cells.length, 0),
            1e-8,
          );
        },
      ),
    ));
});

describe("HashList", () => {
  const texts = fc.oneof(
    fc.array(fc.string({ maxLength: 3 }), { maxLength: 60 }),
    // Consecutive texts are often equal.
    fc.array(fc.constantFrom("a", "b", "c", "d"), { maxLength: 12 }),
  );
  const counted = (items: readonly string[]) => {
    const at = items.findIndex((item, i) => items.indexOf(item) < i);
    const first = at < 0 ? null : [at, items.indexOf(items[at])];
    return { count: items.length - new Set(items).size, first };
  };

  it("counts repeated texts", () =>
    fc.assert(
      fc.property(texts, (items) => {
        const list = new HashList();
        for (const item of items) list.addText(item);
        expect(list.result()).to.deep.equal(counted(items));
      }),
    ));

  it("counts repeated rows, and distinguishes rows that differ in one bit", () =>
    fc.assert(
      fc.property(fc.array(fc.array(finite, { maxLength: 3 }), { maxLength: 20 }), (rows) => {
        const list = new HashList();
        for (const row of rows) list.addNumbers(row);
        expect(list.result()).to.deep.equal(counted(rows.map((row) => row.map((value) => value + 0).join())));
      }),
    ));

  it("grows, and finds no duplicates among 100,000 different rows", () => {
    const list = new HashList();
    for (let i = 0; i < 100_000; i++) list.addNumbers([i / 7, i % 3]);
    expect(list.result()).to.deep.equal({ count: 0, first: null });
  });
});
