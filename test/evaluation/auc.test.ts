import { expect } from "chai";
import { AucCounter } from "#dist/evaluation/auc.js";
import { BinCounters } from "#dist/evaluation/bin-counters.js";
import { ScoreHistogram } from "#dist/evaluation/score-histogram.js";

describe("AucCounter", () => {
  it("counts a tie as one half", () => {
    const counter = new AucCounter(Float64Array.of(0, 0.5, 0.5, 1));
    for (const score of [0.5, 2, -1]) counter.add(score);
    expect(counter.result(3)).to.deep.equal({ area: (2 + 0 + 4) / 12, error: 0 });
  });

  it("adds numbers of pairs beyond the integers of doubles", () => {
    const counter = new AucCounter(Float64Array.of(0.5));
    counter.addPairs(2 ** 30, 2 ** 23);
    for (let i = 0; i < 3; i++) counter.addPairs(1, 1);
    counter.addPairs(2 ** 52, 1);
    for (let i = 0; i < 4; i++) counter.addPairs(1, 1);
    // A sum in doubles loses the ones.
    expect(counter.result(1)!.area).to.equal(2 ** 53 + 2 ** 52 + 8);
  });

  it("returns null without negatives or positives", () => {
    expect(new AucCounter(Float64Array.of(1)).result(0)).to.be.null;
    expect(new AucCounter(new Float64Array(0)).result(1)).to.be.null;
  });
});

describe("BinCounters", () => {
  it("takes the counts before a counter is full", () => {
    const histogram = new ScoreHistogram(undefined, 256);
    const threads = [new Int32Array(256), new Int32Array(256)];
    const counters = new BinCounters(threads, histogram, new AucCounter(Float64Array.of(0.75)), 0);
    counters.include(0, 1);
    const bin = histogram.binOf(0.25) & 255;
    counters.expect(2 ** 31 - 2);
    for (const own of threads) own[bin]! += 5;
    counters.expect(1);
    expect(histogram.total).to.equal(0);
    counters.expect(1);
    expect(histogram.total).to.equal(10);
    expect(threads.map((own) => own[bin])).to.deep.equal([0, 0]);
  });
});
