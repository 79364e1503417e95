import { expect } from "chai";
import { hardNegativeLoss } from "#dist/loss/similarity-loss.js";
import type { SimilarityOptions } from "#dist/similarity/options.js";
import { cosine, cosineSimilarity, cosineTiles } from "#dist/similarity/similarity.js";
import { digits, expectClose, fixtureJson, fixtureVectors } from "../reference.js";

const ENGINES: readonly SimilarityOptions[] = [
  { mode: "loop" },
  { mode: "matrix", backend: "js" },
  { mode: "matrix", backend: "mathjs" },
];

describe("published similarities", () => {
  it("give the cosine of the notebook's pair to the last bit", () => {
    expect(cosine([1, 2, 3], [1, 2, 3.5])).to.equal(0.9974086507360697);
    expect(cosine([1, 2, 3], [1, 2, 3])).to.equal(1);
    expect(cosine([1, 2, 3], [-1, -2, -3])).to.equal(-1);
  });

  for (const engine of ENGINES) {
    const name = [engine.mode, engine.backend].filter(Boolean).join(", ");

    it(`give the notebook's matrix and loss (${name})`, async () => {
      const expected = fixtureJson<{ similarity: number[][]; loss: number }>("notebook/expected.json");
      const [v1, v2] = [fixtureVectors("notebook/v1.csv"), fixtureVectors("notebook/v2.csv")];
      const { rows, columns, values } = await cosineSimilarity(v2, v1, engine);
      expect([rows, columns]).to.deep.equal([4, 4]);
      expectClose(values, expected.similarity.flat(), 1e-8);
      const [result] = await hardNegativeLoss(await cosineTiles(v2, v1, engine));
      expect(result!.loss).to.be.closeTo(expected.loss, 1e-8);
      expect(result!.perAnchor.loss.findIndex((loss) => loss > 0)).to.equal(1);
      expect(result!.perAnchor.closestNegativeIndex![1]).to.equal(0);
    });

    it(`give scikit-learn's matrix of digits (${name})`, async () => {
      const { a, b } = digits();
      const { values } = await cosineSimilarity(a, b, engine);
      expectClose(values, fixtureJson<number[][]>("digits/cosine.json").flat(), 1e-14);
    });

    it(`give the published losses of two small batches (${name})`, async () => {
      const expected = fixtureJson<{ loss: number; hardMean: number }>("losses/g2.json");
      const [v1, v2] = [fixtureVectors("losses/g2-v1.csv"), fixtureVectors("losses/g2-v2.csv")];
      const similarity = await cosineTiles(v2, v1, engine);
      const [semiHard] = await hardNegativeLoss(similarity);
      expect(semiHard!.loss).to.be.closeTo(expected.loss, 1e-14);
      expect(semiHard!.loss!.toFixed(4)).to.equal("0.7035");
      const [hard] = await hardNegativeLoss(similarity, { negatives: "hard", reduction: "mean" });
      expect(hard!.loss).to.be.closeTo(expected.hardMean, 1e-14);
      expect(hard!.loss).to.be.closeTo(0.5, 1e-14);
    });
  }
});
