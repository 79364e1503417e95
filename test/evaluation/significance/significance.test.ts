import { expect } from "chai";
import fc from "fast-check";
import { words } from "#dist/core/random.js";
import { bootstrapIntervals } from "#dist/evaluation/significance/bootstrap.js";
import { comparePaired, holm } from "#dist/evaluation/significance/paired-tests.js";
import { randomisationTest } from "#dist/evaluation/significance/sign-flips.js";
import { normalTails, studentQuantile, studentTails } from "#dist/evaluation/significance/tail-probabilities.js";
import { fixtureJson } from "../../reference.js";

const TOLERANCE = 1e-12;

/** Expects a number within a share of its size; null stands for NaN. */
function expectNear(found: number, wanted: number | null, what: string): void {
  if (wanted === null) expect(found, what).to.be.NaN;
  else expect(Math.abs(found - wanted), `${what}: ${found}, ${wanted}`).to.be.at.most(TOLERANCE * Math.abs(wanted));
}

interface Sample {
  readonly name: string;
  readonly baseline: number[];
  readonly values: number[];
  readonly t: number | null;
  readonly p: number | null;
  readonly interval: [number | null, number | null];
  readonly wilcoxon: [number | null, number | null];
  readonly randomisation: number | null;
}

const tails = fixtureJson<{
  readonly student: [t: number, freedom: number, p: number][];
  readonly normal: [z: number, p: number][];
  readonly quantiles: [p: number, freedom: number, t: number][];
}>("significance/tails.json");
const samples = fixtureJson<Sample[]>("significance/paired.json");

/** Up to 12 differences that are multiples of a quarter: sums are exact, and ties are frequent. */
const quarters = fc
  .array(fc.integer({ min: -8, max: 8 }), { minLength: 1, maxLength: 12 })
  .map((list) => Float64Array.from(list, (value) => value / 4));

describe("tail probabilities", () => {
  it("equal SciPy's for Student's t, also where they are tiny", () => {
    for (const [t, freedom, p] of tails.student) {
      expectNear(studentTails(t, freedom), p, `t ${t}, ${freedom} degrees of freedom`);
      expect(studentTails(-t, freedom)).to.equal(studentTails(t, freedom));
    }
  });

  it("equal SciPy's for the normal distribution", () => {
    for (const [z, p] of tails.normal) expectNear(normalTails(z), p, `z ${z}`);
  });

  it("are inverted by the quantile", () => {
    for (const [p, freedom, t] of tails.quantiles) expectNear(studentQuantile(p, freedom), t, `p ${p}, ${freedom}`);
  });

  it("have limits", () => {
    expect([studentTails(0, 5), studentTails(Number.POSITIVE_INFINITY, 5), normalTails(0), normalTails(1e3)]).to.eql([
      1, 0, 1, 0,
    ]);
    expect([studentTails(Number.NaN, 5), studentTails(1, 0), studentQuantile(0.05, 0), normalTails(Number.NaN)]).to.eql(
      Array(4).fill(Number.NaN),
    );
  });

  it("decrease with t", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 30, noNaN: true }), fc.integer({ min: 1, max: 5000 }), (t, freedom) => {
        const [p, smaller] = [studentTails(t, freedom), studentTails(t * 1.01 + 1e-9, freedom)];
        expect(p).to.be.within(0, 1);
        expect(smaller).to.be.at.most(p);
      }),
    );
  });
});

describe("tests of paired values", () => {
  for (const { name, baseline, values, t, p, interval, wilcoxon, randomisation } of samples) {
    it(`equal SciPy's: ${name}`, () => {
      const pair = { baseline: Float64Array.from(baseline), values: Float64Array.from(values) };
      const [found] = comparePaired([pair], { resamples: 2 ** 14 });
      expectNear(found.tTest.t, t, "t");
      expectNear(found.tTest.p, p, "p of t");
      for (const [i, end] of interval.entries()) expectNear(found.interval[i], end, "interval");
      expectNear(found.wilcoxon.statistic, wilcoxon[0], "statistic of Wilcoxon");
      // SciPy has no p-value for more than 13 differences that are all 0.
      expectNear(found.wilcoxon.p, found.same === values.length ? 1 : wilcoxon[1], "p of Wilcoxon");
      if (randomisation === null) return;
      expect(found.randomisation.isExact).to.be.true;
      expectNear(found.randomisation.p, randomisation, "p of the randomisation test");
    });
  }

  it("count the queries with a higher, the same and a lower value", () => {
    const pair = { baseline: Float64Array.of(0, 1, 0.5, 0.5), values: Float64Array.of(1, 0.25, 0.5, 0.75) };
    const [{ higher, same, lower, baseline, value, difference }] = comparePaired([pair]);
    expect({ higher, same, lower, baseline, value, difference }).to.eql({
      higher: 2,
      same: 1,
      lower: 1,
      baseline: 0.5,
      value: 0.625,
      difference: 0.125,
    });
  });

  it("mirror the result when the systems are exchanged", () => {
    fc.assert(
      fc.property(quarters, (values) => {
        const baseline = new Float64Array(values.length);
        const [one] = comparePaired([{ baseline, values }], { resamples: 50 });
        const [other] = comparePaired([{ baseline: values, values: baseline }], { resamples: 50 });
        expect(other.difference).to.equal(-one.difference || 0);
        expect([other.tTest.p, other.wilcoxon.p, other.randomisation.p]).to.eql([
          one.tTest.p,
          one.wilcoxon.p,
          one.randomisation.p,
        ]);
        expect([other.higher, other.same, other.lower]).to.eql([one.lower, one.same, one.higher]);
      }),
    );
  });
});

describe("the randomisation test", () => {
  it("counts all patterns of signs of few differences", () => {
    fc.assert(
      fc.property(quarters, (differences) => {
        let extreme = 0;
        const total = Math.abs(differences.reduce((sum, one) => sum + one, 0));
        for (let bits = 0; bits < 2 ** differences.length; bits++) {
          const sum = differences.reduce((all, one, i) => all + ((bits >>> i) & 1 ? one : -one), 0);
          if (Math.abs(sum) >= total) extreme++;
        }
        const { p, isExact } = randomisationTest(differences, 1, 0);
        expect(isExact).to.be.true;
        expect(p).to.equal(extreme / 2 ** differences.length);
      }),
    );
  });

  it("takes the signs of many differences from the bits of random words", () => {
    const random = words(99);
    // 77 multiples of 1/64: sums are exact
    const differences = Float64Array.from({ length: 77 }, () => ((random() % 257) - 110) / 64);
    const nonzero = differences.filter((one) => one !== 0);
    const bits = words(5);
    const sums = new Float64Array(1000);
    for (let from = 0; from < nonzero.length; from += 32) {
      for (let i = 0; i < sums.length; i++) {
        const word = bits();
        for (let k = from; k < Math.min(from + 32, nonzero.length); k++) {
          sums[i] += (word >>> (k - from)) & 1 ? nonzero[k] : -nonzero[k];
        }
      }
    }
    const total = Math.abs(nonzero.reduce((sum, one) => sum + one, 0));
    const extreme = sums.filter((sum) => Math.abs(sum) >= total).length;
    expect(extreme).to.be.above(0);
    expect(randomisationTest(differences, 1000, 5)).to.eql({ p: (extreme + 1) / 1001, isExact: false });
  });

  it("samples close to the exact value", () => {
    const differences = Float64Array.from({ length: 17 }, (_, i) => Math.sin(i) + 0.3);
    const exact = randomisationTest(differences, 2 ** 17, 0);
    const sampled = randomisationTest(differences, 2 ** 17 - 1, 7);
    expect([exact.isExact, sampled.isExact]).to.eql([true, false]);
    // five standard deviations
    expect(sampled.p).to.be.closeTo(exact.p, 5 * Math.sqrt((exact.p * (1 - exact.p)) / 2 ** 17));
  });
});

describe("the bootstrap", () => {
  it("takes percentiles of the means of queries drawn with replacement, as numpy.percentile does", () => {
    const lists = [Float64Array.of(0.5, 0, -0.25, 1, 0), Float64Array.of(0, 0, 0, 0, 2)];
    const bits = words(3);
    const means: number[][] = [[], []];
    for (let i = 0; i < 201; i++) {
      const sums = [0, 0];
      for (let k = 0; k < 5; k++) {
        const query = Math.floor((bits() / 2 ** 32) * 5);
        lists.forEach((list, j) => {
          sums[j] += list[query];
        });
      }
      for (const [j, sum] of sums.entries()) means[j].push(sum / 5);
    }
    // (201 − 1) · 0.025 = 5
    const wanted = means.map((list) => {
      const sorted = Float64Array.from(list).sort();
      return [sorted[5], sorted[195]];
    });
    expect(bootstrapIntervals(lists, 201, 3)).to.eql(wanted);
    const [[low]] = bootstrapIntervals([lists[0]], 200, 3);
    const sorted = Float64Array.from(means[0].slice(0, 200)).sort();
    expect(low).to.be.closeTo(sorted[4] + 0.975 * (sorted[5] - sorted[4]), 1e-15);
  });

  it("approaches the interval of the normal distribution for many queries", () => {
    const random = words(1);
    const list = Float64Array.from({ length: 2000 }, () => random() / 2 ** 32);
    const [[low, high]] = bootstrapIntervals([list], 4000, 2);
    const [{ interval }] = comparePaired([{ baseline: new Float64Array(2000), values: list }], { resamples: 1 });
    expect(low).to.be.closeTo(interval[0], 1e-3);
    expect(high).to.be.closeTo(interval[1], 1e-3);
  });
});

describe("the difference of two systems", () => {
  it("is exactly 0 if the values are the same in another order", () => {
    const reciprocals = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 2, maxLength: 40 });
    fc.assert(
      fc.property(reciprocals, fc.nat(), (ranks, shift) => {
        const baseline = Float64Array.from(ranks, (rank) => 1 / rank);
        const values = baseline.map((_, i) => baseline[(i + shift) % baseline.length]);
        const [found] = comparePaired([{ baseline, values }], { resamples: 100 });
        expect([found.difference, found.value - found.baseline]).to.eql([0, 0]);
        if (found.higher > 0) expect([found.tTest.t, found.tTest.p]).to.eql([0, 1]);
      }),
    );
  });

  it("is 0 for equal values that were computed from other ranks, and not for values that are close", () => {
    // the average precisions of the ranks 1 and 12, and 2 and 3
    const [one, other] = [(1 + 2 / 12) / 2, (1 / 2 + 2 / 3) / 2];
    expect(one).not.to.equal(other);
    const close = 0.5 + 2e-15;
    const [found] = comparePaired(
      [{ baseline: Float64Array.of(one, other, 0.5), values: Float64Array.of(other, one, close) }],
      { resamples: 100 },
    );
    expect([found.higher, found.same, found.lower]).to.eql([1, 2, 0]);
    expect(found.difference).to.equal((close - 0.5) / 3);
  });

  it("has the p-value 1 in Wilcoxon's test if all differences are 0, for any number of queries", () => {
    for (const n of [1, 13, 14, 60]) {
      const zeros = new Float64Array(n);
      const [{ wilcoxon }] = comparePaired([{ baseline: zeros, values: zeros }], { resamples: 100 });
      expect([wilcoxon.p, wilcoxon.statistic], String(n)).to.eql([1, 0]);
    }
  });
});

describe("Holm's method", () => {
  it("equals its definition", () => {
    for (const { p, adjusted } of fixtureJson<{ p: number[]; adjusted: number[] }[]>("significance/holm.json")) {
      for (const [i, found] of holm(p).entries()) expect(found).to.be.closeTo(adjusted[i], 1e-15);
    }
  });

  it("leaves out tests without a p-value", () => {
    expect(holm([0.01, Number.NaN, 0.04])).to.eql([0.02, Number.NaN, 0.04]);
    expect(holm([])).to.eql([]);
  });
});
