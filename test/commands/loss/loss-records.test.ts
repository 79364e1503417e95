import { expect } from "chai";
import { lossObject, lossRecords } from "#dist/commands/loss/loss-records.js";
import type { HardNegativeLoss } from "#dist/core/results.js";

const LOSS: HardNegativeLoss = {
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
const COLUMNS = [
  "anchor",
  "positive",
  "mean_negative",
  "closest_negative",
  "closest_negative_index",
  "l1",
  "l2",
  "loss",
];

describe("lossRecords", () => {
  it("has a row an anchor, by index, and null where there is no number", () => {
    const { columns, rows } = lossRecords([LOSS], null);
    expect(columns).to.deep.equal(COLUMNS);
    expect([...rows]).to.deep.equal([
      [0, 0.9, 0.1, 0.7, 1, 0.5, 0.25, 0.75],
      [1, 0.8, null, null, null, 0, 0, 0],
    ]);
  });

  it("names anchors by their ids", () => {
    expect(Array.from(lossRecords([LOSS], ["a", "b"]).rows, (row) => row[0])).to.deep.equal(["a", "b"]);
  });

  it("leads with the margin when there are several", () => {
    const { columns, rows } = lossRecords([LOSS, { ...LOSS, margin: 0.5 }], null);
    expect(columns).to.deep.equal(["margin", ...COLUMNS]);
    expect(Array.from(rows, (row) => row.slice(0, 2))).to.deep.equal([
      [0.25, 0],
      [0.25, 1],
      [0.5, 0],
      [0.5, 1],
    ]);
  });
});

describe("lossObject", () => {
  it("has the keys of the contract in their order, and nulls where there is no number", () => {
    const object = lossObject(LOSS, ["a", "b"]);
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

  it("has null for losses that are not reduced", () => {
    const { l1, l2, loss } = lossObject({ ...LOSS, reduction: "none", l1: null, l2: null, loss: null }, null);
    expect([l1, l2, loss]).to.deep.equal([null, null, null]);
  });
});
