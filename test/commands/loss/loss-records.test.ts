import { expect } from "chai";
import { lossObject, lossRecords } from "#dist/commands/loss/loss-records.js";
import type { SimilarityLoss } from "#dist/loss/types.js";

const HARD: SimilarityLoss = {
  kind: "hard-negative",
  settings: { margin: 0.25, negatives: "semi-hard", fallback: "skip", tieTolerance: 1e-12 },
  reduction: "sum",
  anchors: "rows",
  excludeSelf: false,
  batchSize: 2,
  components: { l1: 0.5, l2: 0.25 },
  loss: 0.75,
  counts: { ties: 1, withoutNegative: 1 },
  perAnchor: {
    positive: Float64Array.of(0.9, 0.8),
    meanNegative: Float64Array.of(0.1, Number.NaN),
    closestNegative: Float64Array.of(0.7, Number.NaN),
    closestNegativeIndex: Int32Array.of(1, -1),
    l1: Float64Array.of(0.5, 0),
    l2: Float64Array.of(0.25, 0),
    loss: Float64Array.of(0.75, 0),
  },
};
const HARD_COLUMNS = [
  "anchor",
  "positive",
  "mean_negative",
  "closest_negative",
  "closest_negative_index",
  "l1",
  "l2",
  "loss",
];

describe("lossRecords of hard negatives", () => {
  it("returns one row per anchor, by index, with null for missing numbers", () => {
    const { columns, rows } = lossRecords([HARD], null);
    expect(columns).to.deep.equal(HARD_COLUMNS);
    expect([...rows]).to.deep.equal([
      [0, 0.9, 0.1, 0.7, 1, 0.5, 0.25, 0.75],
      [1, 0.8, null, null, null, 0, 0, 0],
    ]);
  });

  it("identifies anchors by id", () => {
    expect(Array.from(lossRecords([HARD], ["a", "b"]).rows, (row) => row[0])).to.deep.equal(["a", "b"]);
  });

  it("starts with the margin if there are several", () => {
    const { columns, rows } = lossRecords([HARD, { ...HARD, settings: { ...HARD.settings, margin: 0.5 } }], null);
    expect(columns).to.deep.equal(["margin", ...HARD_COLUMNS]);
    expect(Array.from(rows, (row) => row.slice(0, 2))).to.deep.equal([
      [0.25, 0],
      [0.25, 1],
      [0.5, 0],
      [0.5, 1],
    ]);
  });
});

describe("lossObject of hard negatives", () => {
  it("returns the documented keys in order, with null for missing numbers", () => {
    const object = lossObject(HARD, ["a", "b"]);
    expect(JSON.stringify(object)).to.equal(
      JSON.stringify({
        margin: 0.25,
        negatives: "semi-hard",
        reduction: "sum",
        anchors: "rows",
        fallback: "skip",
        batchSize: 2,
        l1: 0.5,
        l2: 0.25,
        loss: 0.75,
        ties: 1,
        withoutNegative: 1,
        perAnchor: [
          {
            anchor: "a",
            positive: 0.9,
            meanNegative: 0.1,
            closestNegative: 0.7,
            closestNegativeIndex: 1,
            l1: 0.5,
            l2: 0.25,
            loss: 0.75,
          },
          {
            anchor: "b",
            positive: 0.8,
            meanNegative: null,
            closestNegative: null,
            closestNegativeIndex: null,
            l1: 0,
            l2: 0,
            loss: 0,
          },
        ],
      }),
    );
  });

  it("returns null for losses that are not reduced", () => {
    const none = { ...HARD, reduction: "none", components: { l1: null, l2: null }, loss: null } as const;
    const { l1, l2, loss } = lossObject(none, null);
    expect([l1, l2, loss]).to.deep.equal([null, null, null]);
  });
});

/** Two anchors; the second has no positive. */
const LOSS: SimilarityLoss = {
  kind: "triplet",
  settings: { mining: "batch-hard", margin: 0.05 },
  reduction: "nonzero",
  anchors: "rows",
  excludeSelf: true,
  batchSize: 2,
  components: {},
  loss: 0.5,
  counts: { terms: 1, active: 1, withoutPositive: 1, withoutNegative: 0 },
  perAnchor: {
    positive: Float64Array.of(0.25, Number.NaN),
    positiveIndex: Int32Array.of(1, -1),
    negative: Float64Array.of(0.75, 0.5),
    negativeIndex: Int32Array.of(0, 1),
    loss: Float64Array.of(0.5, Number.NaN),
  },
};

/** The same loss with every optional column. */
const WHOLE: SimilarityLoss = {
  ...LOSS,
  kind: "contrastive",
  settings: { positiveMargin: 1, negativeMargin: 0 },
  components: { positiveLoss: 0.125, negativeLoss: 0.375 },
  perAnchor: {
    positive: LOSS.perAnchor.positive!,
    positiveIndex: LOSS.perAnchor.positiveIndex!,
    negative: LOSS.perAnchor.negative!,
    negativeIndex: LOSS.perAnchor.negativeIndex!,
    terms: Float64Array.of(2, 1),
    active: Float64Array.of(1, 0),
    positiveLoss: Float64Array.of(0.125, 0),
    negativeLoss: Float64Array.of(0.375, 0),
    loss: LOSS.perAnchor.loss,
  },
};

const COLUMNS = ["anchor", "positive", "positive_index", "negative", "negative_index"];

describe("lossRecords of other kinds", () => {
  it("returns one row per anchor, with null for missing numbers", () => {
    const { columns, rows } = lossRecords([LOSS], null);
    expect(columns).to.deep.equal([...COLUMNS, "loss"]);
    expect([...rows]).to.deep.equal([
      [0, 0.25, 1, 0.75, 0, 0.5],
      [1, null, null, 0.5, 1, null],
    ]);
  });

  it("returns the columns of the kind", () => {
    const { columns, rows } = lossRecords([WHOLE], ["a", "b"]);
    expect(columns).to.deep.equal([...COLUMNS, "terms", "active", "positive_loss", "negative_loss", "loss"]);
    expect([...rows]).to.deep.equal([
      ["a", 0.25, 1, 0.75, 0, 2, 1, 0.125, 0.375, 0.5],
      ["b", null, null, 0.5, 1, 1, 0, 0, 0, null],
    ]);
  });

  it("starts with the margin if there are several", () => {
    const wide = { ...LOSS, settings: { ...LOSS.settings, margin: 0.5 } };
    const { columns, rows } = lossRecords([LOSS, wide], null);
    expect(columns).to.deep.equal(["margin", ...COLUMNS, "loss"]);
    expect(Array.from(rows, (row) => row.slice(0, 2))).to.deep.equal([
      [0.05, 0],
      [0.05, 1],
      [0.5, 0],
      [0.5, 1],
    ]);
  });
});

describe("lossObject of other kinds", () => {
  it("starts with the kind and its settings, and ends with the anchors", () => {
    const object = lossObject(LOSS, null);
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

  it("contains the contributions of positives and negatives if the kind has them, reduced or not", () => {
    expect(lossObject(WHOLE, null)).to.include({ positiveLoss: 0.125, negativeLoss: 0.375 });
    const none = { ...WHOLE, components: { positiveLoss: null, negativeLoss: null }, loss: null };
    expect(lossObject(none, null)).to.include({ positiveLoss: null, negativeLoss: null, loss: null });
    expect(lossObject(LOSS, null)).not.to.have.any.keys("positiveLoss", "negativeLoss");
  });
});
