import { expect } from "chai";
import fc from "fast-check";
import { NumberList } from "#dist/commands/describe/number-list.js";

describe("NumberList", () => {
  it("counts numbers in equal parts of their range, however many are equal", () => {
    const runs = fc.array(fc.tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 1, max: 50 })), {
      minLength: 1,
      maxLength: 12,
    });
    fc.assert(
      fc.property(runs, fc.integer({ min: 1, max: 9 }), (parts, bins) => {
        const list = new NumberList();
        const all = parts.flatMap(([number, times]) => Array<number>(times).fill(number));
        for (const number of all) list.add(number);
        const [min, max] = [Math.min(...all), Math.max(...all)];
        const expected = Array<number>(bins).fill(0);
        for (const number of all) {
          const bin = Math.min(bins - 1, Math.floor(((number - min) / (max - min)) * bins));
          expected[bin] = (expected[bin] ?? 0) + 1;
        }
        expect(list.counts(bins)).to.deep.equal(min === max ? null : expected);
      }),
    );
    const infinite = new NumberList();
    for (const number of [1, Number.POSITIVE_INFINITY]) infinite.add(number);
    expect([infinite.counts(3), new NumberList().counts(3)]).to.deep.equal([null, null]);
  });

  it("computes the range and the median, however many numbers are equal", () => {
    const value = fc.constantFrom(0, 0.5, 1, 2, 1e300, Number.POSITIVE_INFINITY);
    const runs = fc.array(fc.tuple(value, fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 50 }))), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(runs, (parts) => {
        const numbers = parts.flatMap(([number, count]) => Array<number>(count).fill(number));
        const list = new NumberList();
        for (const number of numbers) list.add(number);
        const sorted = [...numbers].sort((a, b) => a - b);
        const [below, above] = [sorted[(sorted.length - 1) >> 1]!, sorted[sorted.length >> 1]!];
        const median = below === above ? below : below + (above - below) / 2;
        const range = { min: sorted[0], median, max: sorted.at(-1) };
        expect([list.length, list.range()]).to.deep.equal([numbers.length, numbers.length > 0 ? range : null]);
      }),
      { numRuns: 500 },
    );
  });
});
