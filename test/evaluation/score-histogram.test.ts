import { expect } from "chai";
import fc from "fast-check";
import { binnedAuc } from "#dist/evaluation/binned-auc.js";
import { ScoreHistogram } from "#dist/evaluation/score-histogram.js";

/** Scores of similar size, or of any size. */
const anyScore = fc.oneof(
  fc.double({ min: -1, max: 1, noNaN: true }),
  fc.constantFrom(0, -0, 0.25, 0.25 + 2 ** -40, 1, -1),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);
const anyScores = fc.array(anyScore, { minLength: 1, maxLength: 60 });

function histogramOf(scores: readonly number[]): ScoreHistogram {
  const histogram = new ScoreHistogram();
  for (const score of scores) histogram.add(score);
  return histogram;
}

/** Returns the area computed from all pairs. */
function areaOf(positives: readonly number[], negatives: readonly number[]): number {
  let above = 0;
  for (const p of positives) for (const n of negatives) above += p > n ? 1 : p === n ? 0.5 : 0;
  return above / positives.length / negatives.length;
}

describe("ScoreHistogram", () => {
  it("locates each score within half a bin, whatever its size", () => {
    fc.assert(
      fc.property(fc.oneof(anyScores, fc.constant([-1.5e-323])), (scores) => {
        const histogram = histogramOf(scores);
        const half = histogram.binWidth / 2;
        expect(histogram.total).to.equal(scores.length);
        for (const [place, score] of Float64Array.from(scores).sort().entries()) {
          expect(Math.abs(histogram.at(place) / 2 - score / 2)).to.be.at.most(half / 2);
        }
      }),
      { numRuns: 100 },
    );
  });

  it("has the narrowest bins that the range allows, independent of the order of the scores", () => {
    fc.assert(
      fc.property(anyScores, (scores) => {
        const [histogram, other] = [histogramOf(scores), histogramOf([...scores].reverse())];
        const [min, max] = [Math.min(...scores), Math.max(...scores)];
        expect(other.binWidth).to.equal(histogram.binWidth);
        for (const score of scores) {
          const bin = histogram.binOf(score);
          expect(other.countIn(bin)).to.equal(histogram.countIn(bin)).and.to.be.above(0);
        }
        const size = Math.max(Math.abs(min), Math.abs(max));
        // With half this width there would be too many bins, or doubles could not distinguish them.
        const minWidth = Math.max((max / 2 - min / 2) * 2 ** -16, size * 2 ** -50, 2 ** -1020);
        expect(histogram.binWidth).to.be.at.most(1.001 * minWidth);
      }),
      { numRuns: 100 },
    );
  });

  it("counts infinite scores in its outermost bins", () => {
    const histogram = histogramOf([1, Number.POSITIVE_INFINITY, 2, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]);
    expect(histogram.total).to.equal(5);
    const [first, last] = histogram.range;
    expect([histogram.countIn(first), histogram.countIn(last), histogram.countIn(last + 1)]).to.deep.equal([1, 2, 0]);
  });

  it("gives the same counts when widened as with wide bins from the start", () => {
    const [histogram, wide] = [histogramOf([-3, 5, 5.1]).widened(0.5), new ScoreHistogram(0.5)];
    for (const score of [-3, 5, 5.1]) wide.add(score);
    expect(histogram.binWidth).to.equal(wide.binWidth);
    expect(histogram.range).to.deep.equal(wide.range).and.to.deep.equal([-6, 10]);
    for (const bin of [-6, 9, 10, 11]) expect(histogram.countIn(bin)).to.equal(wide.countIn(bin));
  });
});

describe("binnedAuc", () => {
  it("stays within its error bound, and is exact if no bin is shared", () => {
    fc.assert(
      fc.property(anyScores, anyScores, (positives, negatives) => {
        const { area, error } = binnedAuc(histogramOf(positives), histogramOf(negatives))!;
        expect(area).to.be.closeTo(areaOf(positives, negatives), error + 1e-12);
        const all = histogramOf([...positives, ...negatives]);
        const binsOf = (scores: readonly number[]) => scores.map((score) => all.binOf(score));
        if (!binsOf(positives).some((bin) => binsOf(negatives).includes(bin))) expect(error).to.equal(0);
      }),
      { numRuns: 100 },
    );
  });

  it("approximates the exact area for many scores of any size", () => {
    for (const scale of [1, 1e-300, 1e300]) {
      const positives = Array.from({ length: 1000 }, (_, i) => scale * Math.sin(i));
      const negatives = Array.from({ length: 1000 }, (_, i) => scale * (Math.cos(1.3 * i) - 0.2));
      const { area, error } = binnedAuc(histogramOf(positives), histogramOf(negatives))!;
      expect(error).to.be.within(0, 1e-5);
      expect(area).to.be.closeTo(areaOf(positives, negatives), error + 1e-12);
      expect(area).to.be.above(0.5);
    }
  });

  it("returns null without negatives", () => {
    expect(binnedAuc(histogramOf([1, 2]), histogramOf([]))).to.be.null;
  });
});
