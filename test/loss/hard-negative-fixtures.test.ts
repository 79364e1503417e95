import { expect } from "chai";
import { type TiledMatrix, tiled } from "#dist/core/matrix.js";
import { hardNegativeLoss } from "#dist/loss/similarity-loss.js";
import type { Anchors, Fallback, Negatives, SimilarityLoss } from "#dist/loss/types.js";
import { cosineTiles } from "#dist/similarity/similarity.js";
import { cut, digits, expectClose, fixtureJson, fixtureRows, fixtureText, matrixOf } from "../reference.js";

type Triple = readonly [number, number, number];
type PerAnchor = { readonly [column: string]: readonly (number | null)[] };

interface Case {
  readonly negatives: Negatives;
  readonly fallback: Fallback;
  readonly anchors: Anchors;
  readonly labels: boolean;
  readonly margin: number;
  readonly ties: number;
  readonly withoutNegative: number;
  readonly sum: Triple;
  readonly mean: Triple;
  readonly nonzero: Triple;
  readonly perAnchor?: PerAnchor;
}

interface Cases {
  readonly labels: readonly string[];
  readonly cases: readonly Case[];
}

describe("published losses", () => {
  const g1 = matrixOf(fixtureRows("losses/g1.csv"));
  const published = fixtureJson<{
    meanNegative: number[];
    closestNegative: number[];
    l1: number[];
    l2: number[];
    loss: number;
    hard: { sum: number; mean: number };
  }>("losses/g1.json");

  it("are reproduced for a matrix of four anchors", async () => {
    const [{ loss, perAnchor }] = (await hardNegativeLoss(tiled(g1))) as [SimilarityLoss];
    expect(loss).to.be.closeTo(published.loss, 1e-15);
    expectClose(perAnchor.meanNegative!, published.meanNegative, 5e-5);
    expectClose(perAnchor.closestNegative!, published.closestNegative, 0);
    expectClose(perAnchor.l1!, published.l1, 5e-9);
    expectClose(perAnchor.l2!, published.l2, 0);
    expect(Array.from(perAnchor.closestNegativeIndex!)).to.deep.equal([2, 2, 3, 1]);
  });

  it("are reproduced with hard negatives, as a sum and as a mean", async () => {
    for (const reduction of ["sum", "mean"] as const) {
      const [result] = await hardNegativeLoss(tiled(g1), { negatives: "hard", reduction });
      expect(result!.loss).to.be.closeTo(published.hard[reduction], 1e-15);
    }
  });
});

/** Expects every case of a file of losses, for each reduction. */
async function expectCases(similarity: TiledMatrix, { labels, cases }: Cases): Promise<void> {
  for (const expected of cases) {
    const { negatives, fallback, anchors, margin, ties, withoutNegative } = expected;
    for (const reduction of ["sum", "mean", "nonzero", "none"] as const) {
      const options = { negatives, fallback, anchors, reduction, margins: [margin] };
      const results = await hardNegativeLoss(similarity, { ...options, labels: expected.labels ? labels : null });
      expect(results).to.have.length(1);
      const { components, loss, perAnchor, ...rest } = results[0]!;
      const { l1, l2 } = components;
      expect(rest).to.deep.equal({
        kind: "hard-negative",
        settings: { negatives, fallback, margin, tieTolerance: 1e-12 },
        anchors,
        reduction,
        excludeSelf: false,
        batchSize: labels.length,
        counts: { ties, withoutNegative },
      });
      if (reduction === "none") expect([l1, l2, loss]).to.deep.equal([null, null, null]);
      else expectClose([l1!, l2!, loss!], expected[reduction], 1e-12);
      for (const [key, values] of Object.entries(expected.perAnchor ?? {})) {
        expectClose(perAnchor[key]!, values, 1e-12);
      }
    }
  }
}

describe("losses in every combination of options", () => {
  it("agree with the reference for a matrix with ties and anchors without an eligible negative", async () => {
    const uneven = fixtureJson<Cases>("losses/uneven.json");
    expect(uneven.cases).to.have.length(2 * 4 * 3 * 2 * 2);
    expect(fixtureText("losses/uneven-labels.txt").trimEnd().split("\n")).to.deep.equal(uneven.labels);
    await expectCases(cut(matrixOf(fixtureRows("losses/uneven.csv")), [2, 1]), uneven);
  });

  it("agree with the reference for digits, computed from the vectors", async () => {
    const { a, b } = digits();
    const expected = fixtureJson<Cases>("digits/losses.json");
    expect(expected.cases).to.have.length(2 * 4 * 3 * 2 * 2);
    await expectCases(await cosineTiles(a, b), expected);
    await expectCases(await cosineTiles(a, b, { mode: "loop" }), expected);
  });
});
