import { expect } from "chai";
import fc from "fast-check";
import { vectorsFrom } from "#dist/core/vectors.js";
import { floatRows, type MetricFloats } from "#dist/similarity/float-rows.js";
import { METRICS } from "#dist/similarity/metrics/metrics.js";
import { runtimeOf } from "../reference.js";

const { fround } = Math;
const NAMES = ["cosine", "correlation", "dot", "euclidean", "sqeuclidean"] as const;

/** Components of very different sizes, some of which cancel. */
const component = fc.oneof(
  fc.double({ min: -1, max: 1, noNaN: true }),
  fc.constantFrom(0, 1, -1, 0.5, 1e-40, -3e38, 1e-20, 1 + 2 ** -52, 1 - 2 ** -25),
  fc
    .tuple(fc.double({ min: -1, max: 1, noNaN: true }), fc.integer({ min: -60, max: 60 }))
    .map(([x, power]) => x * 10 ** power),
);

/** Rows of one dimension, some of which are nearly equal to others, opposite to them or multiples. */
const rowSets = fc.integer({ min: 1, max: 24 }).chain((d) =>
  fc.array(fc.array(component, { minLength: d, maxLength: d }), { minLength: 3, maxLength: 6 }).map((rows) => {
    const [x] = rows;
    const more = [x!.map((c) => c * (1 + 2 ** -26)), x!.map((c) => -c), x!.map((c) => c * 2 ** 20)];
    return [...rows, ...more].map((row) => row.map((c, k) => (k === 0 && row.every((y) => y === row[0]) ? c + 1 : c)));
  }),
);

/** Returns a float score, summed in the order of the components. */
function floatScore({ left, right, d, shifts }: MetricFloats, i: number, j: number): number {
  let sum = 0;
  for (let k = 0; k < d; k++) sum = fround(sum + fround(left[i * d + k]! * right[j * d + k]!));
  return fround(sum - (shifts?.[j] ?? 0));
}

describe("floatRows", () => {
  for (const name of NAMES) {
    it(`bounds the error of float scores (${name})`, async () => {
      const metric = METRICS[name];
      const sign = metric.nearer === "greater" ? 1 : -1;
      await fc.assert(
        fc.asyncProperty(rowSets, fc.boolean(), async (rows, isSelf) => {
          const a = vectorsFrom(rows);
          const b = isSelf ? a : vectorsFrom(rows.map((row) => row.toReversed()));
          const floats = await floatRows(runtimeOf(1).pool, metric, a, b, "nan");
          if (!floats) throw new Error("expected rows");
          const exact = metric.exact(a, b, "nan");
          for (let i = 0; i < a.rows; i++) {
            const columns = Array.from({ length: b.rows }, (_, j) => j).filter((j) => !Number.isNaN(exact(i, j)));
            for (const j of columns) {
              expect(floatScore(floats, i, j)).to.be.at.least(floats.boundOf(exact(i, j), i));
              for (const other of columns) {
                if (sign * exact(i, other) < sign * exact(i, j)) continue;
                const least = floatScore(floats, i, j) - 2 * floats.errors[i]!;
                expect(floatScore(floats, i, other)).to.be.at.least(least);
              }
            }
          }
        }),
        { numRuns: 400 },
      );
    });
  }

  it("uses float32 rows as they are, and scales others", async () => {
    const set = vectorsFrom([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    const floats = { ...set, values: new Float32Array(set.values) };
    expect((await floatRows(runtimeOf(1).pool, METRICS.dot, floats, floats, "error"))?.left).to.equal(floats.values);
    const large = { ...set, values: set.values.map((x) => x * 2 ** 100) };
    const scaled = await floatRows(runtimeOf(1).pool, METRICS.dot, large, large, "error");
    expect(Math.max(...scaled!.left)).to.equal(1.5);
  });

  it("is null for a metric without products and for dimensions beyond the proof", async () => {
    const set = vectorsFrom([[1, 2]]);
    expect(await floatRows(runtimeOf(1).pool, METRICS.manhattan, set, set, "error")).to.equal(null);
    const wide = vectorsFrom([new Float64Array(65537).fill(1)]);
    expect(await floatRows(runtimeOf(1).pool, METRICS.cosine, wide, wide, "error")).to.equal(null);
  });
});
