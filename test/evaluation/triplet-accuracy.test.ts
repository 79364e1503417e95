import { expect } from "chai";
import fc from "fast-check";
import type { ScoredMatrix } from "#dist/core/matrix.js";
import { tripletAccuracy } from "#dist/evaluation/triplet-accuracy.js";
import { SLACK, scored } from "../neighbours/support.js";

/** Returns the scores of pairs as a matrix of one column, whose cells have errors up to the slack. */
function paired(scores: readonly number[], nearer: ScoredMatrix["nearer"]): ScoredMatrix {
  const column = scored(
    scores.map((score) => [score]),
    nearer,
  );
  return { ...column, exact: (i) => scores[i]! };
}

/** Scores of which many are equal or differ by less than the error of a cell. */
const score = fc.oneof(
  fc.integer({ min: -3, max: 3 }).map((x) => x / 4),
  fc.constantFrom(0.25 + 1e-12, 0.25 - 1e-12, 0.5 + SLACK, Number.NaN),
);

describe("tripletAccuracy", () => {
  it("is that of the exact scores, with ties, near ties and missing scores, for similarities and distances", async () => {
    const triplets = fc.array(fc.tuple(score, score), { minLength: 1, maxLength: 40 });
    const margins = fc.constantFrom(0, 0.25, -0.25);
    await fc.assert(
      fc.asyncProperty(triplets, margins, fc.boolean(), async (list, margin, isDistance) => {
        const nearer = isDistance ? "less" : "greater";
        const sign = isDistance ? -1 : 1;
        const known = list.filter(([p, n]) => !Number.isNaN(p) && !Number.isNaN(n));
        const correct = known.filter(([p, n]) => sign * p > sign * n + margin);
        const [positive, negative] = [0, 1].map((side) => list.map((pair) => pair[side]!)) as [number[], number[]];
        expect(await tripletAccuracy(paired(positive, nearer), paired(negative, nearer), margin)).to.deep.equal({
          triplets: known.length,
          accuracy: correct.length / known.length,
        });
      }),
    );
  });
});
