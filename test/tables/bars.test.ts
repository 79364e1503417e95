import { expect } from "chai";
import fc from "fast-check";
import { bars, joinedBins } from "#dist/tables/bars.js";

describe("bars", () => {
  it("are relative to the largest count, and show every count but 0", () => {
    expect(bars([0, 1, 2, 4, 8, 1000])).to.equal(" ▁▁▁▁█");
    expect(bars([1, 2, 3, 4, 5, 6, 7, 8])).to.equal("▁▂▃▄▅▆▇█");
    expect(bars([0.001, 0, 0.0005])).to.equal("█ ▄");
    expect([bars([]), bars([0, 0])]).to.deep.equal(["", "  "]);
  });
});

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
