import { expect } from "chai";
import { hold, type TiledMatrix } from "#dist/core/matrix.js";
import type { KindOptions } from "#dist/loss/kinds.js";
import { similarityLoss } from "#dist/loss/similarity-loss.js";
import type { Anchors, Fallback, Negatives, Reduction, SimilarityLoss } from "#dist/loss/types.js";
import { cosineTiles } from "#dist/similarity/similarity.js";
import { cut, digits, expectClose, fixtureJson, fixtureRows, matrixOf } from "../reference.js";

interface Case {
  readonly kind: SimilarityLoss["kind"];
  readonly settings: SimilarityLoss["settings"];
  readonly anchors: Anchors;
  readonly labels: boolean;
  readonly excludeSelf: boolean;
  readonly reduction: Reduction;
  readonly sum: number;
  readonly mean: number;
  readonly nonzero: number;
  readonly terms: number;
  readonly active: number;
  readonly perAnchor?: readonly (number | null)[];
  readonly gradient?: readonly (readonly number[])[];
}

interface Cases {
  readonly labels: readonly string[];
  readonly cases: readonly Case[];
}

/** Returns the options of a case. */
function optionsOf({ kind, settings, anchors, excludeSelf }: Case, labels: readonly string[] | null) {
  const { margin, ...own } = settings;
  const margins = margin === undefined ? {} : { margins: [margin] };
  return { ...({ kind, ...own, ...margins } as KindOptions), anchors, excludeSelf, labels };
}

async function expectCases(similarity: TiledMatrix, { labels, cases }: Cases): Promise<void> {
  for (const expected of cases) {
    const { kind, settings, anchors, excludeSelf, terms, active } = expected;
    const name = `${kind} ${JSON.stringify(settings)} ${anchors} ${expected.labels} ${excludeSelf}`;
    const options = optionsOf(expected, expected.labels ? labels : null);
    for (const reduction of ["sum", "mean", "nonzero", "none"] as const) {
      const { losses } = await similarityLoss(similarity, { ...options, reduction });
      expect(losses).to.have.length(1);
      const found = losses[0]!;
      expect(found, name).to.deep.include({ kind, settings, anchors, excludeSelf, reduction });
      expect(found.counts, name).to.include({ terms, active });
      if (reduction === "none") expect(found.loss).to.be.null;
      else
        expect(found.loss, `${name} ${reduction}`).to.be.closeTo(
          expected[reduction],
          1e-11 * Math.max(1, Math.abs(expected[reduction]) / 1000),
        );
    }
    const { losses, gradient } = await similarityLoss(similarity, options);
    expect(losses[0]!.reduction, name).to.equal(expected.reduction);
    if (expected.perAnchor) expectClose(losses[0]!.perAnchor.loss, expected.perAnchor, 1e-11);
    if (expected.gradient) expectClose((await hold(gradient())).values, expected.gradient.flat(), 1e-11);
  }
}

describe("losses of every kind", () => {
  const uneven = cut(matrixOf(fixtureRows("losses/uneven.csv")), [2, 1]);

  it("agree with the reference, with gradients, for a matrix with ties and classes of one", async () => {
    const expected = fixtureJson<Cases>("loss-kinds/uneven.json");
    expect(expected.cases).to.have.length(17 * 3 * 3 - 2 * 3);
    await expectCases(uneven, expected);
  });

  it("agree with the reference for digits, computed from the vectors", async () => {
    const { a, b } = digits();
    const expected = fixtureJson<Cases>("loss-kinds/digits.json");
    expect(expected.cases).to.have.length(17 * 2 * 3);
    await expectCases(await cosineTiles(a, b), expected);
  });

  it("agree with the reference for a set compared with itself", async () => {
    const { a } = digits();
    const expected = fixtureJson<Cases>("loss-kinds/digits-self.json");
    expect(expected.cases).to.have.length(15 * 3);
    await expectCases(await cosineTiles(a, a), expected);
  });

  it("have the gradients of the reference for hard negatives in every combination of options", async () => {
    interface HardNegativeCase extends Pick<Case, "anchors" | "reduction" | "gradient"> {
      readonly negatives: Negatives;
      readonly fallback: Fallback;
      readonly labels: boolean;
      readonly margin: number;
    }
    const { labels, cases } = fixtureJson<{ labels: string[]; cases: HardNegativeCase[] }>(
      "loss-kinds/hard-negative.json",
    );
    expect(cases).to.have.length(2 * 4 * 2 * 2);
    for (const { gradient: expected, margin, labels: labelled, ...options } of cases) {
      const { gradient } = await similarityLoss(uneven, {
        kind: "hard-negative",
        ...options,
        margins: [margin],
        labels: labelled ? labels : null,
      });
      expectClose((await hold(gradient())).values, expected!.flat(), 1e-12);
    }
  });
});
