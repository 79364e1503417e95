import { expect } from "chai";
import fc from "fast-check";
import { classifyPairs, type PairClassification } from "#dist/evaluation/pair-classification.js";
import { fixtureJson } from "../reference.js";

type Wanted = { readonly [name: string]: number | null };

interface Fixture {
  readonly classified: {
    readonly scores: number[];
    readonly labels: number[];
    readonly greater: { readonly [target: string]: Wanted };
    readonly less: { readonly [target: string]: Wanted };
  };
}

function expectLike({ accuracy, f1, mcc, targeted, ...found }: PairClassification, wanted: Wanted): void {
  const flat: { [name: string]: number | null } = {
    average_precision: found.averagePrecision,
    auc: found.auc,
    target_precision: targeted?.precision ?? null,
    target_threshold: targeted?.threshold ?? null,
    target_recall: targeted?.recall ?? null,
  };
  for (const [name, { value, threshold }] of Object.entries({ accuracy, f1, mcc })) {
    flat[name] = value;
    flat[`${name}_threshold`] = threshold;
  }
  expect(flat).to.have.all.keys(Object.keys(wanted));
  for (const [name, value] of Object.entries(wanted)) {
    if (value === null) expect(flat[name], name).to.equal(null);
    else expect(flat[name], name).to.be.closeTo(value, 1e-12);
  }
}

/** Scores with many ties, and labels of both classes. */
const labelled = fc
  .array(fc.tuple(fc.integer({ min: -4, max: 4 }), fc.integer({ min: 0, max: 1 })), { minLength: 2, maxLength: 40 })
  .filter((pairs) => new Set(pairs.map(([, label]) => label)).size === 2)
  .map((pairs) => ({ scores: Float64Array.from(pairs, ([score]) => score), labels: pairs.map(([, label]) => label) }));

describe("classifyPairs", () => {
  const { classified } = fixtureJson<Fixture>("evaluation/tasks.json");

  it("equals scikit-learn for scores with many ties, similarities and distances", () => {
    const scores = Float64Array.from(classified.scores);
    for (const [target, wanted] of Object.entries(classified.greater)) {
      expectLike(classifyPairs(scores, classified.labels, "greater", Number(target)), wanted);
    }
    const distances = scores.map((score) => -score);
    for (const [target, wanted] of Object.entries(classified.less)) {
      // The generator classifies the negated scores, and tells the thresholds of the distances.
      const found = classifyPairs(scores, classified.labels, "less", Number(target));
      expectLike(found, wanted);
      expect(classifyPairs(distances, classified.labels, "greater", Number(target)).auc).to.equal(found.auc);
    }
  });

  it("reports values that its thresholds reach, and does not depend on the order of the pairs", () => {
    fc.assert(
      fc.property(labelled, ({ scores, labels }) => {
        const found = classifyPairs(scores, labels, "greater");
        const reversed = classifyPairs(scores.slice().reverse(), [...labels].reverse(), "greater");
        expect(reversed).to.deep.equal(found);
        const predicted = (threshold: number | null) =>
          Array.from(scores, (score) => (threshold !== null && score >= threshold ? 1 : 0));
        const right = (threshold: number | null) =>
          predicted(threshold).filter((one, i) => one === labels[i]).length / labels.length;
        expect(right(found.accuracy.threshold)).to.equal(found.accuracy.value);
        for (const threshold of scores) expect(right(threshold)).to.be.at.most(found.accuracy.value);
        const f1 = (threshold: number | null) => {
          const both = predicted(threshold).filter((one, i) => one === 1 && labels[i] === 1).length;
          const either = predicted(threshold).reduce<number>((sum, one, i) => sum + one + labels[i]!, 0);
          return (2 * both) / either;
        };
        expect(f1(found.f1.threshold)).to.equal(found.f1.value);
        for (const threshold of scores) expect(f1(threshold)).to.be.at.most(found.f1.value);
      }),
    );
  });

  it("has no threshold if no score separates the classes", () => {
    const same = classifyPairs(Float64Array.of(1, 1, 1), [1, 0, 0], "greater", 0.9);
    expect(same.accuracy).to.deep.equal({ value: 2 / 3, threshold: null });
    expect(same.mcc).to.deep.equal({ value: 0, threshold: null });
    expect(same).to.include({ targeted: null, auc: 0.5 });
    expect(same.averagePrecision).to.equal(1 / 3);
  });
});
