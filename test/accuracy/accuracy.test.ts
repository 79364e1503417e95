import { expect } from "chai";
import type { Case } from "./cases.js";
import { big, ulpsOff } from "./decimals.js";
import { lossCases } from "./loss-cases.js";
import { errorsOf } from "./measure.js";
import { metricCases } from "./metric-cases.js";
import { statisticCases } from "./statistic-cases.js";

/** The largest errors that docs/accuracy.md promises, in units in the last place. */
const BOUNDS: { readonly [value: string]: number } = {
  euclidean: 16,
  sqeuclidean: 32,
  manhattan: 16,
  chebyshev: 0.5,
  mean: 16,
  sd: 2,
  pearson: 16,
  spearman: 1,
  kendall: 2,
  auc: 1,
  "average precision": 4,
  mrr: 2,
  map: 2,
  "recall@10": 2,
  "precision@10": 2,
  "ndcg@10": 4,
  "normal tails": 200,
  "Student's tails": 100,
  "t-test p": 32,
  "Wilcoxon p": 0.5,
};
const LOSS_BOUND = 8;
/** A product that cancels has no bound in its own units: that of its cells is in those of the sum of the absolute products, or of 1. */
const CELL_BOUND = 16;

const ENGINES = ["loop", "js", "wasm", "blas"];

/** The error of cells of products, in units of rounding of what they are a sum of. */
async function cellErrors({ value, input, truth, found }: Case): Promise<number[]> {
  const { a, b } = input as { a: readonly number[][]; b: readonly number[][] };
  const sizes = a.flatMap((row) =>
    b.map((other) => (value === "dot" ? row.reduce((sum, x, k) => sum + Math.abs(x * other[k]!), 0) : 1)),
  );
  const values = await found();
  return ENGINES.filter((way) => values[way]).map((way) =>
    Math.max(...truth.map((exact, i) => Math.abs(values[way]![i]! - exact.toNumber()) / (sizes[i]! * 2 ** -53))),
  );
}

describe("ulpsOff", () => {
  it("is 0 for the exact value, at most 0.5 for the nearest double, and 1 for each further one", () => {
    const third = big(1).div(3);
    expect(ulpsOff(0.5, big(0.5))).to.equal(0);
    expect(ulpsOff(1 / 3, third)).to.be.within(0.3, 0.35);
    expect(ulpsOff(1 / 3 + 2 ** -54, third)).to.be.within(0.65, 0.7);
    expect(ulpsOff(1 + 2 ** -52, big(1))).to.equal(1);
    expect(ulpsOff(1 - 2 ** -53, big(1).minus(big(2 ** -60)))).to.be.within(0.98, 1);
    expect(ulpsOff(0, big(0))).to.equal(0);
    expect([ulpsOff(1e-300, big(0)), ulpsOff(Infinity, big(1)), ulpsOff(NaN, big(1))]).to.deep.equal(
      Array(3).fill(Infinity),
    );
    expect(ulpsOff(Number.MIN_VALUE, big(3 * Number.MIN_VALUE))).to.equal(2);
  });

  it("starts from the exact value of a double, not from its decimal text", () => {
    expect(big(0.1).toString()).to.equal("0.1000000000000000055511151231257827021181583404541015625");
  });
});

describe("accuracy against exact arithmetic", () => {
  for (const one of metricCases()) {
    it(`the ${one.value} of rows that are ${one.data}: printed scores are rounded once`, async () => {
      const { topk, ...cells } = (await errorsOf(one)).errors;
      expect(topk).to.be.at.most(0.5);
      const bound = BOUNDS[one.value];
      if (bound !== undefined) expect(Math.max(...Object.values(cells))).to.be.at.most(bound);
      else expect(Math.max(...(await cellErrors(one)))).to.be.at.most(CELL_BOUND);
    });
  }

  for (const one of [...lossCases(), ...statisticCases()]) {
    it(`${one.value}, ${one.data}`, async () => {
      expect((await errorsOf(one)).errors.simcli).to.be.at.most(BOUNDS[one.value] ?? LOSS_BOUND);
    });
  }
});
