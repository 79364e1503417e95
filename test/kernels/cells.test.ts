import { expect } from "chai";
import fc from "fast-check";
import { loadKernels } from "#dist/kernels/wasm.js";
import { bits } from "../reference.js";

const kernels = loadKernels();
const { call } = kernels;
const MOST = 40;
const cells = kernels.allocate(8 * 2 * MOST);
const workspace = kernels.allocate(8 * MOST);

const put = (values: readonly number[]) => kernels.doubles(cells, values.length).set(values);
const cosine = fc.oneof(
  fc.double({ min: -1, max: 1, noNaN: true }),
  fc.integer({ min: -4, max: 4 }).map((x) => x / 4),
  fc.constantFrom(1 + 2 ** -52, -1 - 2 ** -40, 1 - 2 ** -53, 0, -0),
);
const anyCell = fc.oneof({ weight: 9, arbitrary: cosine }, fc.constant(Number.NaN));
const row = (cell: fc.Arbitrary<number>, minLength = 0) => fc.array(cell, { minLength, maxLength: MOST });

/** Cells of both types, in the memory of the kernels, with the kernels for them. */
const TYPES = {
  doubles: { of: (count: number) => kernels.doubles(cells, count), clip: call.clipCells, range: call.rangeOfCells },
  floats: { of: (count: number) => kernels.floats(cells, count), clip: call.clipFloats, range: call.rangeOfFloats },
} as const;

for (const [type, { of, clip, range }] of Object.entries(TYPES)) {
  describe(`the kernel that clips ${type}`, () => {
    it("clips rows of cells to [−1, 1], keeps NaN and the gaps between rows, and lists cells near 1 up to a limit", () => {
      fc.assert(
        fc.property(row(anyCell), fc.nat(5), fc.nat(3), fc.integer({ min: 1, max: 3 }), (row, most, gap, rows) => {
          const columns = Math.floor(row.length / rows);
          const stride = columns + gap;
          const laid = of(rows * stride).fill(9);
          row.slice(0, rows * columns).forEach((value, k) => {
            laid[Math.floor(k / columns) * stride + (k % columns)] = value;
          });
          const values = [...laid].filter((_, at) => at % stride < columns);
          const list = kernels.integers(workspace, most + 1).fill(7777);
          const found = clip(cells, rows, columns, stride, 0.75, workspace, most);
          const clipped = values.map((x) => (Number.isNaN(x) ? x : Math.max(-1, Math.min(1, x))));
          const expected = Array.from({ length: rows * stride }, (_, at) =>
            at % stride < columns ? clipped[Math.floor(at / stride) * columns + (at % stride)] : 9,
          );
          expect([...laid]).to.deep.equal(expected);
          const near = values.flatMap((x, i) => (x > 0.75 ? [i] : []));
          expect(found).to.equal(near.length);
          expect([...list.subarray(0, Math.min(found, most))]).to.deep.equal(near.slice(0, most));
          expect(list[most]).to.equal(7777);
        }),
      );
    });
  });

  describe(`the kernel for the range of ${type}`, () => {
    it("returns minimum, maximum and sum of rows of cells, NaN if one is NaN", () => {
      fc.assert(
        fc.property(row(anyCell, 3), fc.nat(3), fc.integer({ min: 1, max: 3 }), (all, gap, rows) => {
          const columns = Math.floor(all.length / rows);
          const laid = of(rows * (columns + gap)).fill(9);
          for (let i = 0; i < rows; i++) laid.set(all.slice(i * columns, (i + 1) * columns), i * (columns + gap));
          const values = [...laid].filter((_, at) => at % (columns + gap) < columns);
          range(cells, rows, columns, columns + gap, workspace);
          const [least, greatest, sum] = kernels.doubles(workspace, 3);
          if (values.some(Number.isNaN)) {
            expect(sum).to.be.NaN;
            return;
          }
          expect(least! + 0).to.equal(Math.min(...values) + 0);
          expect(greatest! + 0).to.equal(Math.max(...values) + 0);
          expect(sum).to.be.closeTo(
            values.reduce((x, y) => x + y, 0),
            type === "doubles" ? 1e-13 : 1e-5,
          );
        }),
        { numRuns: 300 },
      );
    });
  });
}

describe("widenRows", () => {
  it("converts rows of floats to rows of doubles, and does not touch the gaps between them", () => {
    const sizes = fc.record({
      rows: fc.integer({ min: 1, max: 4 }),
      columns: fc.integer({ min: 1, max: 5 }),
      gap: fc.nat(3),
    });
    fc.assert(
      fc.property(sizes, ({ rows, columns, gap }) => {
        const floats = kernels.floats(workspace, rows * columns);
        for (let i = 0; i < floats.length; i++) floats[i] = 1 / (i + 3);
        const stride = columns + gap;
        const out = kernels.doubles(cells, rows * stride).fill(7777);
        call.widenRows(workspace, rows, columns, cells, stride);
        const expected = Array.from(out, (_, k) =>
          k % stride < columns ? floats[Math.floor(k / stride) * columns + (k % stride)] : 7777,
        );
        expect([...out]).to.deep.equal(expected);
      }),
    );
  });
});

describe("scanAnchor", () => {
  it("agrees with its definitions for a row, and sums in the order of the cells", () => {
    const tolerance = fc.constantFrom(0, 1e-12, 0.25);
    fc.assert(
      fc.property(row(anyCell, 1), fc.nat(MOST), tolerance, fc.boolean(), (values, place, near, hard) => {
        const at = place % values.length;
        put(values);
        call.scanAnchor(cells, values.length, at, near, hard, workspace);
        const [positive, sum, ties, closest, least, greatest] = kernels.doubles(workspace, 6);
        expect(bits([positive!])).to.deep.equal(bits([values[at]!]));
        if (values.some(Number.isNaN)) {
          expect(sum).to.be.NaN;
          return;
        }
        const negatives = values.filter((_, j) => j !== at);
        expect(sum).to.equal(negatives.reduce((x, y) => x + y, 0));
        expect(ties).to.equal(negatives.filter((x) => Math.abs(x - values[at]!) <= near).length);
        const eligible = hard ? negatives : negatives.filter((x) => x - values[at]! <= near);
        expect(closest! + 0).to.equal(Math.max(...eligible) + 0);
        expect(least! + 0).to.equal(Math.min(...negatives) + 0);
        expect(greatest! + 0).to.equal(Math.max(...negatives) + 0);
      }),
      { numRuns: 1000 },
    );
  });
});

describe("indexOfCell", () => {
  it("returns the first cell with a value, except one", () => {
    const few = fc.constantFrom(-1, 0, -0, 0.5, Number.NaN);
    fc.assert(
      fc.property(row(few), fc.nat(MOST), few, (values, except, value) => {
        put(values);
        const expected = values.findIndex((x, j) => j !== except && x === value);
        expect(call.indexOfCell(cells, values.length, except, value)).to.equal(expected);
      }),
      { numRuns: 1000 },
    );
  });
});
