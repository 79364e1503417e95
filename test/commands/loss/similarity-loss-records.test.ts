import { expect } from "chai";
import { similarityLossObject, similarityLossRecords } from "#dist/commands/loss/similarity-loss-records.js";
import type { SimilarityLoss } from "#dist/core/results.js";

/** Two anchors; the second has no positive. */
const LOSS: SimilarityLoss = {
  kind: "triplet",
  settings: { mining: "batch-hard", margin: 0.05 },
  reduction: "nonzero",
  anchors: "rows",
  excludeSelf: true,
  batchSize: 2,
  positiveLoss: null,
  negativeLoss: null,
  loss: 0.5,
  terms: 1,
  active: 1,
  withoutPositive: 1,
  withoutNegative: 0,
  perAnchor: {
    positive: Float64Array.of(0.25, Number.NaN),
    positiveIndex: Int32Array.of(1, -1),
    negative: Float64Array.of(0.75, 0.5),
    negativeIndex: Int32Array.of(0, 1),
    terms: null,
    active: null,
    positiveLoss: null,
    negativeLoss: null,
    loss: Float64Array.of(0.5, Number.NaN),
  },
};

/** The same with every column that a kind can have. */
const WHOLE: SimilarityLoss = {
  ...LOSS,
  kind: "contrastive",
  settings: { positiveMargin: 1, negativeMargin: 0 },
  positiveLoss: 0.125,
  negativeLoss: 0.375,
  perAnchor: {
    ...LOSS.perAnchor,
    terms: Float64Array.of(2, 1),
    active: Float64Array.of(1, 0),
    positiveLoss: Float64Array.of(0.125, 0),
    negativeLoss: Float64Array.of(0.375, 0),
  },
};

const COLUMNS = ["anchor", "positive", "positive_index", "negative", "negative_index"];

describe("similarityLossRecords", () => {
  it("has a row an anchor, and null where there is no number", () => {
    const { columns, rows } = similarityLossRecords([LOSS], null);
    expect(columns).to.deep.equal([...COLUMNS, "loss"]);
    expect([...rows]).to.deep.equal([
      [0, 0.25, 1, 0.75, 0, 0.5],
      [1, null, null, 0.5, 1, null],
    ]);
  });

  it("has the columns that the kind has", () => {
    const { columns, rows } = similarityLossRecords([WHOLE], ["a", "b"]);
    expect(columns).to.deep.equal([...COLUMNS, "terms", "active", "positive_loss", "negative_loss", "loss"]);
    expect([...rows]).to.deep.equal([
      ["a", 0.25, 1, 0.75, 0, 2, 1, 0.125, 0.375, 0.5],
      ["b", null, null, 0.5, 1, 1, 0, 0, 0, null],
    ]);
  });

  it("leads with the margin when there are several", () => {
    const wide = { ...LOSS, settings: { ...LOSS.settings, margin: 0.5 } };
    const { columns, rows } = similarityLossRecords([LOSS, wide], null);
    expect(columns).to.deep.equal(["margin", ...COLUMNS, "loss"]);
    expect(Array.from(rows, (row) => row.slice(0, 2))).to.deep.equal([
      [0.05, 0],
      [0.05, 1],
      [0.5, 0],
      [0.5, 1],
    ]);
  });
});

describe("similarityLossObject", () => {
  it("begins with the kind and its settings, and ends with the anchors", () => {
    const object = similarityLossObject(LOSS, null);
    expect(JSON.stringify(object)).to.equal(
      JSON.stringify({
        kind: "triplet",
        mining: "batch-hard",
        margin: 0.05,
        reduction: "nonzero",
        anchors: "rows",
        excludeSelf: true,
        batchSize: 2,
        loss: 0.5,
        terms: 1,
        active: 1,
        withoutPositive: 1,
        withoutNegative: 0,
        perAnchor: [
          { anchor: 0, positive: 0.25, positiveIndex: 1, negative: 0.75, negativeIndex: 0, loss: 0.5 },
          { anchor: 1, positive: null, positiveIndex: null, negative: 0.5, negativeIndex: 1, loss: null },
        ],
      }),
    );
  });

  it("has the shares of positives and negatives where the kind adds them up, reduced or not", () => {
    expect(similarityLossObject(WHOLE, null)).to.include({ positiveLoss: 0.125, negativeLoss: 0.375 });
    const none = { ...WHOLE, positiveLoss: null, negativeLoss: null, loss: null };
    expect(similarityLossObject(none, null)).to.include({ positiveLoss: null, negativeLoss: null, loss: null });
    expect(similarityLossObject(LOSS, null)).not.to.have.any.keys("positiveLoss", "negativeLoss");
  });
});
