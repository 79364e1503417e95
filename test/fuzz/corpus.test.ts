import { expect } from "chai";
import { keptCases } from "./corpus.js";
import { Finding } from "./target.js";
import { TARGETS } from "./targets.js";
import { drawOf } from "./worker.js";

describe("fuzzing", () => {
  for (const target of TARGETS) {
    it(`finds nothing in the kept cases and in 100 new ones: ${target.name}`, async () => {
      for (const file of keptCases(target.name))
        for (const seed of [0, 1, 2]) await target.check(file, drawOf(seed, 0));
      for (let index = 0; index < 100; index++) {
        const draw = drawOf(1, index);
        await target.check(target.make(draw), draw);
      }
    });
  }

  it("finds a wrong number", async () => {
    const target = TARGETS.find(({ name }) => name === "npy")!;
    const draws = Array.from({ length: 50 }, (_, index) => drawOf(1, index));
    const files = draws.map((draw) => target.make(draw)).filter(({ expected }) => expected !== null);
    expect(files).to.have.length.above(1);
    for (const file of files) {
      const [[first, ...row], ...rows] = file.expected as number[][];
      const wrong = { ...file, expected: [[first! + 1, ...row], ...rows] };
      if (first! + 1 === first) continue;
      const found = await target.check(wrong, drawOf(1, 0)).then(
        () => null,
        (error: unknown) => error,
      );
      expect(found).to.be.instanceOf(Finding);
    }
  });
});
