import { expect } from "chai";
import fc from "fast-check";
import { nthSmallest } from "#dist/core/nth-smallest.js";

describe("nthSmallest", () => {
  it("returns the numbers that sorting puts at some places", () => {
    const number = fc.oneof(fc.constantFrom(0, 1, 2), fc.double({ noNaN: true }));
    const lists = fc.array(number, { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(lists, fc.array(fc.nat(1000), { maxLength: 6 }), (numbers, drawn) => {
        const places = drawn.map((place) => place % numbers.length).sort((one, other) => one - other);
        const sorted = Float64Array.from(numbers).sort();
        const found = nthSmallest(Float64Array.from(numbers), places);
        expect(found.map((x) => x + 0)).to.deep.equal(places.map((place) => sorted[place]! + 0));
      }),
      { numRuns: 1000 },
    );
  });

  it("takes linear time for equal, ascending and descending numbers", () => {
    const n = 1 << 20;
    for (const of of [() => 1, (i: number) => i, (i: number) => -i]) {
      const numbers = Float64Array.from({ length: n }, (_, i) => of(i));
      const sorted = numbers.slice().sort();
      expect(nthSmallest(numbers, [3, n >> 1, n - 1])).to.deep.equal([sorted[3], sorted[n >> 1], sorted[n - 1]]);
    }
  });
});
