import { expect } from "chai";
import { bars } from "#dist/tables/bars.js";

describe("bars", () => {
  it("are relative to the largest count, and show every count but 0", () => {
    expect(bars([0, 1, 2, 4, 8, 1000])).to.equal(" ▁▁▁▁█");
    expect(bars([1, 2, 3, 4, 5, 6, 7, 8])).to.equal("▁▂▃▄▅▆▇█");
    expect(bars([0.001, 0, 0.0005])).to.equal("█ ▄");
    expect([bars([]), bars([0, 0])]).to.deep.equal(["", "  "]);
  });
});
