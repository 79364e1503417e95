import { expect } from "chai";
import fc from "fast-check";
import { potentialOf } from "#dist/evaluation/uniformity.js";

describe("potentialOf", () => {
  it("agrees with Math.exp to 1e-13, from opposite to equal directions", () => {
    fc.assert(
      fc.property(fc.double({ min: -1, max: 1, noNaN: true }), (cosine) => {
        const wanted = Math.exp(4 * cosine - 4);
        expect(potentialOf(cosine)).to.be.closeTo(wanted, 1e-13 * wanted);
      }),
      { numRuns: 2000 },
    );
    expect(potentialOf(1)).to.equal(1);
    expect(potentialOf(-1)).to.equal(Math.exp(-8));
  });
});
