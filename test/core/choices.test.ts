import { expect } from "chai";
import { cosineTiles, hardNegativeLoss, metricTiles, similarityLoss, tiled, UsageError, vectorsFrom } from "simcli";
import { expectChoice, expectOption } from "#dist/core/choices.js";
import { rejection } from "../input/support.js";

describe("expectChoice", () => {
  it("accepts a listed value, and otherwise throws an error with the option, its values and the value found", () => {
    expect(expectChoice("mode", "loop", ["loop", "matrix"])).to.equal(undefined);
    expect(expectOption("mode", undefined, ["loop", "matrix"])).to.equal(undefined);
    for (const [value, found] of [
      ["lop", '"lop"'],
      ["", '""'],
      [null, "null"],
      [undefined, "undefined"],
      [3, "3"],
    ] as const) {
      expect(() => expectChoice("mode", value as string, ["loop", "matrix"]))
        .to.throw(UsageError)
        .with.property("message", `mode: expected loop, matrix, found ${found}`);
    }
  });

  const set = vectorsFrom([
    [1, 2],
    [3, 4],
  ]);
  const matrix = tiled({ rows: 2, columns: 2, values: Float64Array.of(1, 0, 0, 1) });
  /** JavaScript callers may pass any value. */
  const any = (value: unknown) => value as never;
  const calls: readonly (readonly [string, string, () => Promise<unknown>])[] = [
    ["cosineTiles", "mode", () => cosineTiles(set, set, any({ mode: "x" }))],
    ["cosineTiles", "backend", () => cosineTiles(set, set, any({ backend: "x" }))],
    ["cosineTiles", "zeroVectors", () => cosineTiles(set, set, any({ zeroVectors: "x" }))],
    ["metricTiles", "metric", () => metricTiles(any("x"), set, set)],
    ["hardNegativeLoss", "negatives", () => hardNegativeLoss(matrix, any({ negatives: "x" }))],
    ["hardNegativeLoss", "reduction", () => hardNegativeLoss(matrix, any({ reduction: "x" }))],
    ["hardNegativeLoss", "anchors", () => hardNegativeLoss(matrix, any({ anchors: "x" }))],
    ["hardNegativeLoss", "fallback", () => hardNegativeLoss(matrix, any({ fallback: "x" }))],
    ["similarityLoss", "kind", () => similarityLoss(matrix, any({ kind: "x" }))],
    ["similarityLoss", "mining", () => similarityLoss(matrix, any({ kind: "triplet", mining: "x" }))],
    ["similarityLoss", "anchors", () => similarityLoss(matrix, any({ kind: "infonce", anchors: "x" }))],
    ["similarityLoss", "reduction", () => similarityLoss(matrix, any({ kind: "infonce", reduction: "x" }))],
  ];
  for (const [name, option, call] of calls) {
    it(`is applied in ${name}: ${option}`, async () => {
      const error = await rejection(call());
      expect(error).to.be.instanceOf(UsageError);
      expect(error.message).to.match(new RegExp(`^${option}: expected .+, found "x"$`));
    });
  }
});
