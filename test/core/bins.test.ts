import { expect } from "chai";
import fc from "fast-check";
import { joinedBins } from "#dist/core/bins.js";

describe("joinedBins", () => {
  it("keeps the total", () => {
    const counts = fc.array(fc.nat(1000), { minLength: 1 });
    fc.assert(
      fc.property(counts, fc.integer({ min: 1, max: 9 }), (list, together) => {
        const joined = joinedBins(list, together);
        expect(joined.length).to.equal(Math.ceil(list.length / together));
        const total = (all: readonly number[]) => all.reduce((sum, count) => sum + count, 0);
        expect(total(joined)).to.equal(total(list));
      }),
    );
    expect(joinedBins([1, 2, 3, 4, 5], 2)).to.deep.equal([3, 7, 5]);
  });
});
