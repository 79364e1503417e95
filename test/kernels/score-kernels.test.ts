import { expect } from "chai";
import fc from "fast-check";
import { loadKernels } from "#dist/kernels/wasm.js";

const kernels = loadKernels();
const { call } = kernels;
const MOST = 60;
const cells = kernels.allocateDoubles(MOST);
const sorted = kernels.allocateDoubles(MOST + 1);
const summary = kernels.allocateDoubles(8);
const COUNTERS = 1 << 8;
const counters = kernels.allocate(4 * COUNTERS);
const list = kernels.allocate(4 * 1000);
const places = kernels.allocate(4 * 256);
const table = kernels.allocate(64 + 4 * (4 * MOST + 1));
const nearer = kernels.allocate(4 * (MOST + 1));
const MARK = 1 << 31;

const cell = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: -20, max: 20 }).map((x) => x / 8) },
  { weight: 4, arbitrary: fc.double({ min: -3, max: 3, noNaN: true }) },
  { weight: 1, arbitrary: fc.constantFrom(Number.NaN, -0) },
);
const row = fc.array(cell, { maxLength: MOST, size: "max" });
const isNumber = (x: number) => !Number.isNaN(x);

function put(values: readonly number[]): number {
  cells.set(values);
  return cells.byteOffset;
}

function tableOf(scores: readonly number[]): number[] {
  const ascending = Float64Array.from(scores).sort();
  sorted.set(ascending);
  sorted[scores.length] = Number.NaN;
  call.makeTable(table, sorted.byteOffset, scores.length, table + 64);
  return [...ascending];
}

/** Scores of a table: at least one, with ties, near ones, and of very different sizes. */
const scoresOfTable = fc.array(
  fc.oneof(
    fc.integer({ min: -20, max: 20 }).map((x) => x / 8),
    fc.constantFrom(0.25 + 2 ** -40, 1e300, -1.7e308, 1.7e308, 5e-324),
  ),
  { minLength: 1, maxLength: MOST, size: "max" },
);

describe("summarizeCells and countInBins", () => {
  it("return number, mean, range, squared deviations and counts of cells, and list those in marked bins", () => {
    const unit = fc.constantFrom(1, 0.25, 2 ** 40);
    const width = fc.constantFrom(0.125, 1, 4);
    fc.assert(
      fc.property(row, unit, width, fc.array(fc.integer({ min: -24, max: 24 })), (values, unit, width, marked) => {
        const numbers = values.filter(isNumber);
        call.summarizeCells(put(values), values.length, unit, summary.byteOffset);
        const [count, mean, min, max] = summary;
        expect(count).to.equal(numbers.length);
        expect([min! + 0, max! + 0]).to.deep.equal([Math.min(...numbers) + 0, Math.max(...numbers) + 0]);
        const all = kernels.integers(counters, COUNTERS).fill(3);
        for (const bin of marked) all[bin & (COUNTERS - 1)] = 3 + MARK;
        const [at, mask] = [cells.byteOffset, COUNTERS - 1];
        const listed = call.countInBins(at, values.length, summary.byteOffset, unit, 1 / width, counters, mask, list);
        const expected = new Map<number, number>();
        for (const x of numbers) expected.set(Math.floor(x / width), (expected.get(Math.floor(x / width)) ?? 0) + 1);
        for (let bin = -COUNTERS / 2; bin < COUNTERS / 2; bin++) {
          const counted = all[bin & mask]! & ~MARK;
          expect(counted, `${bin}`).to.equal(3 + (expected.get(bin) ?? 0));
        }
        const found = [...kernels.integers(list, listed)].filter((j) => isNumber(values[j]!));
        const inMarked = values.flatMap((x, j) => (marked.includes(Math.floor(x / width)) ? [j] : []));
        expect(found).to.deep.equal(inMarked);
        if (numbers.length === 0) return;
        const wanted = numbers.reduce((sum, x) => sum + x * unit, 0) / numbers.length;
        expect(mean! / unit).to.be.closeTo(wanted / unit, 1e-14);
        const squares = numbers.reduce((sum, x) => sum + (x * unit - wanted) ** 2, 0);
        expect(call.squaredDeviations.value / unit ** 2).to.be.closeTo(squares / unit ** 2, 1e-11);
      }),
      { numRuns: 500 },
    );
  });
});

describe("listNearEdges", () => {
  it("lists cells up to a distance from the edge of a bin", () => {
    fc.assert(
      fc.property(row, fc.constantFrom(0, 2 ** -30, 0.01), (values, distance) => {
        const found = call.listNearEdges(put(values), values.length, 4, distance, list);
        const near = values.flatMap((x, j) => (Math.abs(4 * x - Math.round(4 * x)) <= 4 * distance ? [j] : []));
        expect([...kernels.integers(list, found)]).to.deep.equal(near);
      }),
    );
  });
});

describe("countNearer", () => {
  it("counts cells above or below a score; none if a cell is within the tolerance", () => {
    fc.assert(
      fc.property(
        row,
        cell.filter(isNumber),
        fc.constantFrom(0, 0.01),
        fc.boolean(),
        (values, score, tolerance, less) => {
          const found = call.countNearer(put(values), values.length, score, tolerance, less);
          const [low, high] = [score - tolerance, score + tolerance];
          const isUnclear = values.some((x) => x >= low && x <= high);
          expect(found).to.equal(isUnclear ? -1 : values.filter((x) => (less ? x < low : x > high)).length);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe("sumAbove", () => {
  it("adds up the scores of a table above each listed cell, and lists the cells within the tolerance of one", () => {
    const tolerance = fc.constantFrom(0, 2 ** -41, 0.01);
    fc.assert(
      fc.property(row, scoresOfTable, tolerance, fc.nat(3), (values, scores, tolerance, step) => {
        const ascending = tableOf(scores);
        const positions = values.flatMap((_, j) => (j % (step + 1) === 0 ? [j] : []));
        kernels.integers(list, positions.length).set(positions);
        const open = call.sumAbove(put(values), list, positions.length, table, tolerance, places);
        const isOpen = (j: number) => ascending.some((s) => s >= values[j]! - tolerance && s <= values[j]! + tolerance);
        expect([...kernels.integers(list, open)]).to.deep.equal(positions.filter(isOpen));
        const clear = positions.filter((j) => isNumber(values[j]!) && !isOpen(j));
        const above = clear.reduce((sum, j) => sum + ascending.filter((s) => s > values[j]!).length, 0);
        expect(call.above.value).to.equal(above);
      }),
      { numRuns: 1000 },
    );
  });

  it("handles more cells than are looked up together", () => {
    const many = kernels.allocateDoubles(1000);
    many.set(Float64Array.from({ length: 1000 }, (_, j) => Math.sin(j)));
    const ascending = tableOf(Array.from({ length: MOST }, (_, k) => Math.cos(k)));
    kernels.integers(list, 1000).set(Array.from({ length: 1000 }, (_, j) => j));
    expect(call.sumAbove(many.byteOffset, list, 1000, table, 0, places)).to.equal(0);
    const above = many.reduce((sum, x) => sum + ascending.filter((s) => s > x).length, 0);
    expect(call.above.value).to.equal(above);
  });
});

describe("countNearerEach", () => {
  it("counts the cells above or below each score of a table, unless a cell is within the tolerance of one", () => {
    const between = kernels.allocate(4 * (MOST + 1));
    let clear = 0;
    fc.assert(
      fc.property(row, scoresOfTable, fc.constantFrom(0, 2 ** -41), fc.boolean(), (drawn, scores, tolerance, less) => {
        const ascending = tableOf(scores);
        // Cells that are not random are between the scores.
        const values = drawn.map((x) => x + 2 ** -10);
        const counts = kernels.integers(nearer, ascending.length).fill(7);
        const isClear = call.countNearerEach(put(values), values.length, table, tolerance, less, between, nearer) !== 0;
        expect(isClear).to.equal(!values.some((x) => ascending.some((s) => Math.abs(s - x) <= tolerance)));
        if (isClear) clear++;
        const nearerThan = (s: number) => values.filter((x) => (less ? x < s : x > s)).length;
        expect([...counts]).to.deep.equal(ascending.map((s) => 7 + (isClear ? nearerThan(s) : 0)));
      }),
      { numRuns: 1000 },
    );
    expect(clear).to.be.above(500);
    tableOf([0.5, 1, 2]);
    const counts = kernels.integers(nearer, 3).fill(7);
    for (const near of [1, 2 + 2 ** -41, 0.5 - 2 ** -41]) {
      const values = [3, Number.NaN, near, 0];
      expect(call.countNearerEach(put(values), 4, table, 2 ** -41, false, between, nearer)).to.equal(0);
    }
    expect([...counts]).to.deep.equal([7, 7, 7]);
  });
});
