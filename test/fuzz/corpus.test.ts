import { keptCases } from "./corpus.js";
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
});
