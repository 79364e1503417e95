import { expect } from "chai";
import { reduce } from "#dist/loss/reduce.js";

describe("reduce", () => {
  const losses = Float64Array.of(0.5, 0, 0.25, 0);
  const totals = Float64Array.of(0.5, 0, 0.5, 0.125);

  it("returns the sum, the mean, or nothing", () => {
    expect(reduce(losses, totals, "sum")).to.equal(0.75);
    expect(reduce(losses, totals, "mean")).to.equal(0.1875);
    expect(reduce(losses, totals, "none")).to.be.null;
  });

  it("divides by the number of anchors with a total above 0 under nonzero", () => {
    expect(reduce(losses, totals, "nonzero")).to.equal(0.25);
    expect(reduce(totals, totals, "nonzero")).to.equal(0.375);
  });

  it("returns 0 under nonzero if no loss is above 0", () => {
    expect(reduce(new Float64Array(3), new Float64Array(3), "nonzero")).to.equal(0);
  });

  it("sums in the order of the anchors", () => {
    const large = Float64Array.of(1e16, 1, -1e16, 1);
    expect(reduce(large, large, "sum")).to.equal(1);
  });
});
