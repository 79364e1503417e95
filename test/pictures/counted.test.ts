import { expect } from "chai";
import fc from "fast-check";
import { axisRange, countBars, histogramOf } from "#dist/pictures/counted.js";
import { graphLayout } from "#dist/pictures/graph-layout.js";

const total = (counts: readonly number[] = []) => counts.reduce((sum, count) => sum + count, 0);

describe("histogramOf", () => {
  it("counts each finite value once, in 10 to 60 bins over the common range", () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.double(), { maxLength: 80 }), { minLength: 1, maxLength: 3 }), (lists) => {
        const finite = lists.map((list) => list.filter(Number.isFinite));
        const [min, max] = [Math.min(...finite.flat()), Math.max(...finite.flat())];
        const series = lists.map((values) => ({ name: "x", values }));
        const histogram = histogramOf("x", series);
        // Of values beyond 1e308, an axis may have no ends that are doubles.
        expect(histogram === null).to.equal(axisRange(min, max) === null);
        if (Math.max(Math.abs(min), Math.abs(max)) < 8e307) expect(histogram).not.to.equal(null);
        if (!histogram) return;
        expect(histogram.from).to.be.at.most(min);
        expect(histogram.to).to.be.at.least(max);
        for (const [i, { counts }] of histogram.series.entries()) {
          expect(counts.length).to.be.within(10, 60);
          expect(total(counts)).to.equal(finite[i]?.length);
        }
      }),
    );
  });

  it("puts values into the bins of their size", () => {
    expect(histogramOf("x", [{ name: "x", values: [0, 0.05, 1, 9.5, 10, Number.NaN] }])).to.deep.equal({
      kind: "histogram",
      x: "x",
      from: 0,
      to: 10,
      series: [{ name: "x", counts: [2, 1, 0, 0, 0, 0, 0, 0, 0, 2] }],
    });
  });

  it("draws nearly equal values in the middle", () => {
    expect(axisRange(2, 2)).to.deep.equal([1, 3]);
    expect(axisRange(0, 0)).to.deep.equal([-0.5, 0.5]);
    const [from = 0, to = 0] = axisRange(1, 1 + 1e-7) ?? [];
    expect(from).to.be.closeTo(0.5, 1e-6);
    expect(to).to.be.closeTo(1.5, 1e-6);
    expect(axisRange(-1e300, 1e300)).to.deep.equal([-1e300, 1e300]);
    expect(axisRange(-1.7e308, 1.7e308)).to.equal(null);
    expect(axisRange(1.7e308, 1.7e308)).to.equal(null);
    expect(axisRange(Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY)).to.equal(null);
  });
});

describe("countBars", () => {
  const bars = (values: number[], first: number) => {
    const { names, series } = countBars(values, first, { x: "x", y: "y", name: "n" });
    return names.map((name, i) => `${name}: ${series[0]?.values[i]}`);
  };

  it("counts small numbers one by one, and larger ones in groups", () => {
    expect(bars([0, 0, 2, 4, 5, 6, 10, 11, 99, 100, 101], 0)).to.deep.equal([
      "0: 2",
      "1: 0",
      "2: 1",
      "3: 0",
      "4–5: 2",
      "6–10: 2",
      "11–20: 1",
      "21–50: 0",
      "51–100: 2",
      "101–200: 1",
    ]);
    expect(bars([2, 3], 2)).to.deep.equal(["2: 1", "3: 1"]);
    expect(bars([], 1)).to.deep.equal(["1: 0"]);
  });

  it("counts every number in the group that has its name", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(2_000_000), { maxLength: 30 }), (values) => {
        for (const bar of bars(values, 0)) {
          const [, from, to, count] = /^(\d+)(?:–(\d+))?: (\d+)$/.exec(bar) ?? [];
          const within = values.filter((value) => value >= Number(from) && value <= Number(to ?? from));
          expect(within.length).to.equal(Number(count));
        }
        expect(total(bars(values, 0).map((bar) => Number(bar.split(": ")[1])))).to.equal(values.length);
      }),
    );
  });
});

describe("graphLayout", () => {
  it("places linked points near each other, and in the same places each time", () => {
    const links = [
      [0, 1],
      [1, 2],
      [3, 4],
    ] as const;
    const places = graphLayout(6, links);
    expect(graphLayout(6, links)).to.deep.equal(places);
    const distance = (i: number, j: number) =>
      Math.hypot((places[i]?.x ?? 0) - (places[j]?.x ?? 0), (places[i]?.y ?? 0) - (places[j]?.y ?? 0));
    expect(Math.max(distance(0, 1), distance(1, 2), distance(3, 4))).to.be.below(
      Math.min(distance(0, 3), distance(2, 4), distance(1, 5)),
    );
    expect(graphLayout(0, [])).to.deep.equal([]);
  });
});
