import { expect } from "chai";
import fc from "fast-check";
import { hold } from "#dist/core/matrix.js";
import { type VectorSet, vectorsFrom } from "#dist/core/vectors.js";
import { METRIC_NAMES } from "#dist/similarity/options.js";
import { quickPairs } from "#dist/similarity/quick-pairs.js";
import { failure } from "../reference.js";

const NAMES = ["cosine", "dot", "euclidean", "sqeuclidean", "manhattan"] as const;

/** Components of any size that is not extreme, small integers among them, so that scores cancel and rows are equal. */
const component = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.double({ min: -1e6, max: 1e6, noNaN: true }).filter((x) => x === 0 || Math.abs(x) > 1e-60),
);
const sets = fc.integer({ min: 1, max: 9 }).chain((d) => {
  const row = fc.array(component, { minLength: d, maxLength: d });
  return fc.array(fc.tuple(row, row), { minLength: 1, maxLength: 8 });
});
const floats = (set: VectorSet): VectorSet => ({ ...set, values: Float32Array.from(set.values) });

describe("quickPairs", () => {
  it("has scores within their slack of the exact ones, in both precisions", async () => {
    await fc.assert(
      fc.asyncProperty(sets, fc.boolean(), async (pairs, isFloat) => {
        const [a, b] = [0, 1]
          .map((side) => vectorsFrom(pairs.map((pair) => pair[side]!)))
          .map((set) => (isFloat ? floats(set) : set));
        const found = await quickPairs(METRIC_NAMES, a!, b!, "nan");
        expect([...found.keys()]).to.have.members(NAMES);
        for (const [name, matrix] of found) {
          const { values } = await hold(matrix);
          expect(values).to.have.length(pairs.length);
          for (const [i, value] of values.entries()) {
            const exact = matrix.exact(i, i);
            if (Number.isNaN(exact)) expect(value, name).to.be.NaN;
            else expect(Math.abs(value - exact), name).to.be.at.most(matrix.slack(i, Math.abs(value)));
          }
        }
      }),
    );
  });

  it("reports rows without a direction, or gives them the score that is asked for", async () => {
    const [a, b] = [
      vectorsFrom(
        [
          [1, 2],
          [0, 0],
        ],
        { name: "a" },
      ),
      vectorsFrom(
        [
          [1, 2],
          [3, 4],
        ],
        { name: "b" },
      ),
    ];
    const errorOf = async (left: VectorSet, right: VectorSet) =>
      (await failure(quickPairs(["cosine"], left, right, "error"))).message;
    expect(await errorOf(a, b)).to.contain("a: row 1: expected a direction, found a zero vector");
    expect(await errorOf(b, a)).to.contain("a: row 1");
    expect([...(await quickPairs(["dot", "manhattan"], a, b, "error")).keys()]).to.deep.equal(["dot", "manhattan"]);
    const scores = async (zero: "zero" | "nan") => [
      ...(await hold((await quickPairs(["cosine"], a, b, zero)).get("cosine")!)).values,
    ];
    expect((await scores("zero"))[1]).to.equal(0);
    expect((await scores("nan"))[1]).to.be.NaN;
  });

  it("leaves components that are far from 1, and other metrics, to the formulas", async () => {
    const [a, b] = [vectorsFrom([[1e200, 2]]), vectorsFrom([[1, 2]])];
    expect((await quickPairs(NAMES, a, b, "error")).size).to.equal(0);
    expect((await quickPairs(["chebyshev", "correlation"], b, b, "error")).size).to.equal(0);
    const { message } = await failure(quickPairs(NAMES, b, vectorsFrom([[1]]), "error"));
    expect(message).to.contain("expected the same dimensions");
  });
});
