import { expect } from "chai";
import fc from "fast-check";
import { pearson, spearman } from "#dist/evaluation/correlation.js";
import { kendallTau } from "#dist/evaluation/kendall.js";
import { averageRanks, ranksOf } from "#dist/evaluation/ranks.js";
import { fixtureJson } from "../reference.js";

interface Lists {
  readonly x: number[];
  readonly y: number[];
  readonly pearson: number;
  readonly spearman: number;
  readonly kendall: number;
}

/** Numbers of which many are equal. */
const numbers = fc
  .array(fc.tuple(fc.integer({ min: -3, max: 3 }), fc.integer({ min: -3, max: 3 })), { minLength: 1, maxLength: 60 })
  .map(
    (pairs) => [0, 1].map((side) => Float64Array.from(pairs, (pair) => pair[side]!)) as [Float64Array, Float64Array],
  );

/** Kendall's τ-b by its definition, over all pairs. */
function tauByDefinition(x: Float64Array, y: Float64Array): number {
  let [difference, inX, inY] = [0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    for (let j = 0; j < i; j++) {
      const [u, v] = [Math.sign(x[i]! - x[j]!), Math.sign(y[i]! - y[j]!)];
      difference += u * v;
      inX += Math.abs(u);
      inY += Math.abs(v);
    }
  }
  return difference / Math.sqrt(inX) / Math.sqrt(inY);
}

describe("correlations", () => {
  it("equal SciPy's for numbers with many ties", () => {
    const { lists: wanted } = fixtureJson<{ lists: Lists }>("evaluation/tasks.json");
    const [x, y] = [Float64Array.from(wanted.x), Float64Array.from(wanted.y)];
    expect(pearson(x, y)).to.be.closeTo(wanted.pearson, 1e-12);
    expect(spearman(x, y)).to.be.closeTo(wanted.spearman, 1e-12);
    expect(kendallTau(x, y)).to.be.closeTo(wanted.kendall, 1e-12);
  });

  it("have Kendall's τ-b of the definition for any ties", () => {
    fc.assert(
      fc.property(numbers, ([x, y]) => {
        const [found, wanted] = [kendallTau(x, y), tauByDefinition(x, y)];
        if (Number.isNaN(wanted)) expect(found).to.be.NaN;
        else expect(found).to.be.closeTo(wanted, 1e-12);
      }),
    );
  });

  it("are 1 for the same list, -1 for its negative, and NaN for a constant", () => {
    fc.assert(
      fc.property(numbers, ([x]) => {
        const negative = x.map((value) => 0 - value);
        const isConstant = x.every((value) => value === x[0]);
        for (const correlation of [pearson, spearman, kendallTau]) {
          if (isConstant) expect(correlation(x, x)).to.be.NaN;
          else {
            expect(correlation(x, x)).to.be.closeTo(1, 1e-15);
            expect(correlation(x, negative)).to.be.closeTo(-1, 1e-15);
          }
          expect(correlation(x, new Float64Array(x.length).fill(7))).to.be.NaN;
        }
      }),
    );
  });

  it("do not overflow or underflow", () => {
    const x = Float64Array.of(1e308, -1e308, 5e307);
    const y = Float64Array.of(3e-300, 1e-300, 2.5e-300);
    expect(pearson(x, y)).to.be.closeTo(pearson(Float64Array.of(2, -2, 1), Float64Array.of(3, 1, 2.5)), 1e-15);
  });

  it("rank equal numbers by the mean of their ranks", () => {
    expect(Array.from(averageRanks(ranksOf(Float64Array.of(3, 1, 3, 2, 3))))).to.deep.equal([4, 1, 4, 2, 4]);
  });
});
