import { expect } from "chai";
import fc from "fast-check";
import { OtherScores } from "#dist/evaluation/other-scores.js";

describe("OtherScores", () => {
  it("are the scores that are neither left out nor NaN, with their columns", () => {
    const cells = fc.array(
      fc.constantFrom(0, 1, -2.5, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
      {
        maxLength: 12,
      },
    );
    fc.assert(
      fc.property(cells, fc.infiniteStream(fc.boolean()), (row, isOmitted) => {
        const omitted = row.flatMap((_, j) => (isOmitted.next().value ? [j] : []));
        const others = new OtherScores(row.length);
        others.load(Float64Array.from(row), omitted);
        const kept = row.flatMap((score, j) =>
          omitted.includes(j) || Number.isNaN(score) ? [] : [[score, j] as const],
        );
        expect([...others.scores]).to.deep.equal(kept.map(([score]) => score));
        expect([...others.scores.keys()].map((k) => others.columnOf(k))).to.deep.equal(kept.map(([, j]) => j));
        expect(others.largest).to.equal(Math.max(0, ...kept.map(([score]) => Math.abs(score))));
      }),
    );
  });
});
