import { expect } from "chai";
import fc from "fast-check";
import { DataError, UsageError } from "#dist/core/errors.js";
import { hold, tiled } from "#dist/core/matrix.js";
import { vectorsFrom } from "#dist/core/vectors.js";
import { similarityLoss } from "#dist/loss/similarity-loss.js";
import { cosineGradients } from "#dist/similarity/cosine-gradients.js";
import { cosineTiles } from "#dist/similarity/similarity.js";
import { bits, cut, expectClose, failure, fixtureJson, matrixOf, randomRows } from "../reference.js";

interface Cosent {
  readonly a: readonly number[][];
  readonly b: readonly number[][];
  readonly scores: readonly number[];
  readonly cases: readonly {
    readonly scale: number;
    readonly loss: number;
    readonly gradient: readonly number[];
    readonly a: readonly number[][];
    readonly b: readonly number[][];
  }[];
}

const columnOf = (values: readonly number[]) => matrixOf(values.map((value) => [value]));

/** Returns the loss by its definition, over all pairs of pairs. */
function plainLoss(similarities: readonly number[], scores: readonly number[], scale: number): number {
  let sum = 1;
  for (const [i, s] of similarities.entries()) {
    for (const [j, t] of similarities.entries()) if (scores[i]! < scores[j]!) sum += Math.exp(scale * (s - t));
  }
  return Math.log(sum);
}

const batches = fc.array(
  fc.record({ similarity: fc.double({ min: -1, max: 1, noNaN: true }), score: fc.integer({ min: 0, max: 4 }) }),
  { minLength: 1, maxLength: 12 },
);

describe("the CoSENT loss", () => {
  it("agrees with the definition of Sentence Transformers, with its gradients", async () => {
    const { a: left, b: right, scores, cases } = fixtureJson<Cosent>("loss-kinds/cosent.json");
    const [a, b] = [vectorsFrom(left), vectorsFrom(right)];
    for (const { scale, loss, gradient: slopes, ...expected } of cases) {
      const tiles = await cosineTiles(a, b, { paired: true });
      const { losses, gradient } = await similarityLoss(tiles, { kind: "cosent", scale, scores });
      expect(losses[0]!.loss).to.be.closeTo(loss, 1e-11 * loss);
      expectClose((await hold(gradient())).values, slopes, 1e-12 * scale);
      const found = await cosineGradients(gradient(), a, b);
      expectClose(found.a!.values, expected.a.flat(), 1e-10);
      expectClose(found.b!.values, expected.b.flat(), 1e-10);
    }
  });

  it("is the sum over all pairs of pairs, for any tiles", async () => {
    await fc.assert(
      fc.asyncProperty(batches, fc.integer({ min: 1, max: 30 }), async (pairs, scale) => {
        const similarities = pairs.map(({ similarity }) => similarity);
        const scores = pairs.map(({ score }) => score);
        const options = { kind: "cosent", scale, scores } as const;
        const { losses } = await similarityLoss(tiled(columnOf(similarities)), options);
        const [{ loss, counts, perAnchor }] = losses as [(typeof losses)[0]];
        expect(loss).to.be.closeTo(plainLoss(similarities, scores, scale), 1e-9);
        const terms = scores.flatMap((x, i) => scores.slice(i + 1).filter((y) => x !== y)).length;
        expect(counts).to.deep.equal({ terms });
        const whole = terms === 0 ? 0 : loss!;
        expect(perAnchor.loss.reduce((sum, value) => sum + value, 0)).to.be.closeTo(whole, 1e-9);
        const pieces = await similarityLoss(cut(columnOf(similarities), [2, 1]), options);
        expect(bits(pieces.losses[0]!.perAnchor.loss)).to.deep.equal(bits(perAnchor.loss));
      }),
    );
  });

  it("has the gradient of its finite differences", async () => {
    const scores = [1, 3, 3, 0, 2, 5];
    const similarities = randomRows(6, 1, 4).flat();
    const { gradient } = await similarityLoss(tiled(columnOf(similarities)), { kind: "cosent", scale: 5, scores });
    const h = 1e-6;
    const at = (i: number, by: number) =>
      plainLoss(
        similarities.map((s, k) => (k === i ? s + by : s)),
        scores,
        5,
      );
    const expected = similarities.map((_, i) => (at(i, h) - at(i, -h)) / (2 * h));
    expectClose((await hold(gradient())).values, expected, 1e-7);
  });

  it("rejects a matrix, other numbers of scores, and options of losses with anchors", async () => {
    const tiles = tiled(columnOf([0.1, 0.2, 0.3]));
    const kind = "cosent" as const;
    const scores = [1, 2, 3];
    const found = async (promise: Promise<unknown>) => (await failure(promise)).message;
    expect(await found(similarityLoss(tiled(matrixOf(randomRows(3, 3, 1))), { kind, scores }))).to.contain("3×3");
    expect(await found(similarityLoss(tiles, { kind, scores: [1, 2] }))).to.contain("3 pairs, found 2 scores");
    expect(await found(similarityLoss(tiles, { kind, scores: [1, Number.NaN, 2] }))).to.contain("gold score 1");
    for (const options of [{ anchors: "both" }, { reduction: "mean" }, { labels: ["x", "y", "z"] }] as const) {
      expect(await failure(similarityLoss(tiles, { kind, scores, ...options }))).to.be.an.instanceOf(UsageError);
    }
    const missing = tiled(columnOf([0.1, Number.NaN, 0.3]));
    expect(await failure(similarityLoss(missing, { kind, scores }))).to.be.an.instanceOf(DataError);
  });
});
