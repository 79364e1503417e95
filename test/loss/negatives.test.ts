import { expect } from "chai";
import fc from "fast-check";
import type { Tile } from "#dist/core/matrix.js";
import { loadKernels } from "#dist/kernels/wasm.js";
import { NegativeFinder, type NegativeOptions } from "#dist/loss/negatives.js";
import { pairsOf } from "#dist/loss/pairs.js";
import { bits } from "../reference.js";

const kernels = loadKernels();

/** Cells with few values, some of them neighbouring doubles, to produce ties and differences lost in rounding. */
const cell = fc.oneof(
  fc.double({ min: -1, max: 1, noNaN: true }),
  fc.integer({ min: -2, max: 4 }).map((x) => x / 4),
  fc.tuple(fc.constantFrom(0.1, 0.25, 1e-17, 0), fc.integer({ min: -2, max: 2 })).map(([x, k]) => x + k * 2 ** -54),
  fc.constantFrom(-0, 0.25 + 1e-13, 0.25 - 1e-13),
);
const square = fc
  .integer({ min: 2, max: 9 })
  .chain((b) => fc.array(fc.array(cell, { minLength: b, maxLength: b }), { minLength: b, maxLength: b }));
const choices = fc.record({
  negatives: fc.constantFrom("semi-hard" as const, "hard" as const),
  fallback: fc.constantFrom("floor" as const, "subtract" as const, "easiest" as const, "skip" as const),
  tieTolerance: fc.constantFrom(0, 1e-12, 0.25),
});

function found(tile: Tile, options: NegativeOptions, labels: readonly string[] | null): unknown {
  const pairs = pairsOf(tile.columns, labels, { diagonalOnly: true });
  const finder = new NegativeFinder(pairs, options, "rows");
  finder.add(tile, 0);
  const { positive, meanNegative, closestNegative, closestNegativeIndex, ...counts } = finder.result();
  const exact = { positive: bits(positive), mean: bits(meanNegative), closest: bits(closestNegative) };
  return { ...exact, index: [...closestNegativeIndex], ...counts };
}

describe("negatives found by the kernels", () => {
  it("equal those found cell by cell, bit for bit, inside and outside kernel memory", () => {
    fc.assert(
      fc.property(square, choices, (rows, options) => {
        const size = rows.length;
        const values = Float64Array.from(rows.flat());
        const tile = { firstRow: 0, rows: size, columns: size, values };
        // A separate class for each row excludes nothing, but the cells are visited one by one.
        const labels = rows.map((_, i) => String(i));
        const expected = found(tile, options, labels);
        expect(found(tile, options, null)).to.deep.equal(expected);
        const address = kernels.allocate(values.byteLength);
        const inPlace = kernels.doubles(address, values.length);
        inPlace.set(values);
        expect(found({ ...tile, values: inPlace }, options, null)).to.deep.equal(expected);
        kernels.release(address);
      }),
      { numRuns: 3000 },
    );
  });

  it("report the same cell if one is NaN", () => {
    const place = fc.nat(35);
    fc.assert(
      fc.property(place, place, (one, other) => {
        const values = Float64Array.from({ length: 36 }, (_, k) => (k === one || k === other ? Number.NaN : k / 36));
        const tile = { firstRow: 0, rows: 6, columns: 6, values };
        const first = Math.min(one, other);
        const message = `row ${Math.floor(first / 6)}, column ${first % 6} of the similarity matrix: expected a number, found NaN`;
        for (const labels of [null, [..."abcdef"]]) {
          const options = { negatives: "hard", fallback: "floor", tieTolerance: 0 } as const;
          expect(() => found(tile, options, labels)).to.throw(message);
        }
      }),
    );
  });
});
