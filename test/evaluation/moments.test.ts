import { expect } from "chai";
import fc from "fast-check";
import { Moments, type Part, unitOf } from "#dist/evaluation/moments.js";

/** The mean of subnormal scores is rounded. */
const score = fc.oneof(
  fc.double({ noNaN: true, min: -1, max: 1 }).map((x) => (Math.abs(x) < 1e-290 ? 0 : x)),
  fc.constantFrom(0, -0, 1e300, -1e300, 1e-290, 1.7e308, -1.7e308),
);

/** Returns the moments of scores by their definitions. */
function partOf(scores: readonly number[]): Part {
  const [min, max] = [Math.min(...scores), Math.max(...scores)];
  const size = Math.max(-min, max);
  const unit = unitOf(size);
  const mean = scores.reduce((sum, x) => sum + x * unit, 0) / scores.length;
  return {
    count: scores.length,
    mean,
    squares: scores.reduce((sum, x) => sum + (x * unit - mean) ** 2, 0),
    unit,
    min,
    max,
  };
}

function expectMoments(found: Moments, { count, mean, squares, unit, min, max }: Part): void {
  expect(found.count).to.equal(count);
  expect([found.min + 0, found.max + 0]).to.deep.equal([min + 0, max + 0]);
  const size = Math.max(-min, max) * unit || 1;
  expect((found.mean * unit) / size).to.be.closeTo(mean / size, 1e-14);
  expect((found.sd * unit) / size).to.be.closeTo(Math.sqrt(squares / count) / size, 1e-14);
}

describe("Moments", () => {
  it("merges parts of any size and scale to the moments of all scores", () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(score, { minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 8 }),
        (parts) => {
          const merged = new Moments();
          for (const part of parts) merged.merge(partOf(part));
          expectMoments(merged, partOf(parts.flat()));
        },
      ),
      { numRuns: 1000 },
    );
  });

  it("adds single scores as parts", () => {
    fc.assert(
      fc.property(fc.array(score, { minLength: 1, maxLength: 40 }), (scores) => {
        const added = new Moments();
        for (const one of scores) added.add(one);
        expectMoments(added, partOf(scores));
      }),
      { numRuns: 1000 },
    );
  });

  it("ignores a part without scores", () => {
    const moments = new Moments();
    moments.merge({ count: 0, mean: Number.NaN, squares: 0, unit: 1, min: Infinity, max: -Infinity });
    expect(moments).to.include({ count: 0, mean: 0, sd: 0 });
  });
});
