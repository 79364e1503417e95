import { expect } from "chai";
import fc from "fast-check";
import { NumberList } from "#dist/commands/describe/number-list.js";

describe("NumberList", () => {
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
