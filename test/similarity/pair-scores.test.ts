import { expect } from "chai";
import fc from "fast-check";
import { sharedFloats, type VectorSet, vectorsFrom } from "#dist/core/vectors.js";
import { Runtime } from "#dist/kernels/runtime.js";
import { METRICS } from "#dist/similarity/metrics/metrics.js";
import { COMPONENT_METRIC_NAMES } from "#dist/similarity/options.js";
import { pairScores, pairScoresBy } from "#dist/similarity/pair-scores.js";
import { drawing, failure } from "../reference.js";

/** Float32 components of any size, small integers among them, so that scores cancel and rows are equal or nearly so. */
const component = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.float({ noNaN: true, noDefaultInfinity: true }),
  fc.float({ min: -2, max: 2, noNaN: true }),
);
const sets = fc.integer({ min: 1, max: 9 }).chain((d) => {
  const row = fc.array(component, { minLength: d, maxLength: d });
  const near = row.chain((x) => fc.tuple(fc.constant(x), fc.constant(x.map((value) => value * (1 - 2 ** -22)))));
  return fc.array(fc.oneof(fc.tuple(row, row), near), { minLength: 1, maxLength: 8 });
});

function floats(rows: readonly (readonly number[])[]): VectorSet {
  const values = sharedFloats(rows.length * rows[0]!.length);
  values.set(rows.flat());
  return { ...vectorsFrom(rows), values };
}

describe("pairScores", () => {
  it("are the exact scores of float32 rows, from sums that the metrics share", async () => {
    await fc.assert(
      fc.asyncProperty(sets, fc.constantFrom("nan", "zero"), async (pairs, zero) => {
        const [a, b] = [0, 1].map((side) => floats(pairs.map((pair) => pair[side]!))) as [VectorSet, VectorSet];
        const rows = Uint32Array.from(pairs.keys());
        const found = await pairScoresBy(COMPONENT_METRIC_NAMES, a, b, { first: rows, second: rows }, zero);
        for (const [m, name] of COMPONENT_METRIC_NAMES.entries()) {
          const exact = METRICS[name].exact(a, b, zero);
          expect(Array.from(found[m]!), name).to.deep.equal(Array.from(rows, (i) => exact(i, i)));
        }
      }),
      { numRuns: 300 },
    );
  });

  it("are the same for any number of threads and any order of the pairs", async () => {
    const [next, n, d] = [drawing(1), 500, 385];
    const set = floats(Array.from({ length: n }, () => Array.from({ length: d }, () => next() - 0.5)));
    const first = Uint32Array.from({ length: 40000 }, () => Math.floor(n * next()));
    const second = Uint32Array.from(first, (_, p) => (p < 2 * n ? p % n : Math.floor(n * next())));
    const [one, two] = [new Runtime({ threads: 1 }), new Runtime({ threads: 2 })];
    const names = ["cosine", "euclidean"] as const;
    const scores = await pairScoresBy(names, set, set, { first, second }, "error", one);
    expect(await pairScoresBy(names, set, set, { first, second }, "error", two)).to.deep.equal(scores);
    const exact = names.map((name) => METRICS[name].exact(set, set, "error"));
    for (let p = 0; p < first.length; p += 997) {
      expect(scores.map((list) => list[p])).to.deep.equal(exact.map((score) => score(first[p]!, second[p]!)));
    }
    await two.dispose();
  });

  it("names the row without a direction", async () => {
    const [a, b] = [
      [3, 4],
      [0, 0],
    ].map((row) => floats([[1, 2], row])) as [VectorSet, VectorSet];
    const pairs = { first: [0, 1], second: [0, 1] };
    expect((await failure(pairScores("cosine", a, b, pairs))).message).to.contain("row 1: expected a direction");
    expect((await failure(pairScores("cosine", b, a, pairs))).message).to.contain("row 1: expected a direction");
    expect(await pairScores("dot", a, b, pairs)).to.deep.equal(Float64Array.of(5, 0));
  });
});
