import { expect } from "chai";
import fc from "fast-check";
import { DataError } from "#dist/core/errors.js";
import { type VectorSet, vectorsFrom } from "#dist/core/vectors.js";
import { FloatRoom } from "#dist/similarity/float-room.js";
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
function floatScore({ left, right, d, terms }: MetricFloats, i: number, j: number): number {
  let sum = 0;
  for (let k = 0; k < d; k++) sum = fround(sum + fround(left[i * d + k]! * right[j * d + k]!));
  const term = terms?.numbers[j] ?? 0;
  if (terms?.how === "times") return fround(sum * term);
  return terms?.how === "minus" ? fround(sum - term) : sum;
}

const floatsOf = (set: VectorSet): VectorSet => ({
  ...set,
  values: Float32Array.from(set.values, (x) => (Math.abs(x) < 1e6 ? x : 1)),
});

describe("floatRows", () => {
  for (const name of NAMES) {
    it(`bounds the error of float scores (${name})`, async () => {
      const metric = METRICS[name];
      const sign = metric.nearer === "greater" ? 1 : -1;
      await fc.assert(
        fc.asyncProperty(rowSets, fc.boolean(), fc.boolean(), async (rows, isSelf, areFloats) => {
          const setOf = (of: number[][]) => (areFloats ? floatsOf(vectorsFrom(of)) : vectorsFrom(of));
          const a = setOf(rows);
          const b = isSelf ? a : setOf(rows.map((row) => row.toReversed()));
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
    const cosines = await floatRows(runtimeOf(1).pool, METRICS.cosine, floats, floats, "error");
    expect(cosines).to.include({ left: floats.values, right: floats.values });
    expect(cosines?.terms).to.deep.equal({
      how: "times",
      numbers: Float32Array.of(1 / Math.sqrt(14), 1 / Math.sqrt(77)),
    });
    const long = { ...set, values: floats.values.map((x) => x * 2 ** 50) };
    const units = await floatRows(runtimeOf(1).pool, METRICS.cosine, long, long, "error");
    expect(units?.terms).to.equal(null);
    expect(Math.hypot(...units!.left.subarray(0, 3))).to.be.closeTo(1, 1e-7);
    const large = { ...set, values: set.values.map((x) => x * 2 ** 100) };
    const scaled = await floatRows(runtimeOf(1).pool, METRICS.dot, large, large, "error");
    expect(Math.max(...scaled!.left)).to.equal(1.5);
  });

  it("counts cosines of zero rows as told", async () => {
    const zero = {
      ...vectorsFrom([
        [0, 0],
        [3, 4],
      ]),
      values: Float32Array.of(0, 0, 3, 4),
    };
    const termsFor = async (policy: "zero" | "nan") =>
      (await floatRows(runtimeOf(1).pool, METRICS.cosine, zero, zero, policy))?.terms?.numbers;
    expect(await termsFor("zero")).to.deep.equal(Float32Array.of(0, 0.2));
    expect(await termsFor("nan")).to.deep.equal(Float32Array.of(Number.NaN, 0.2));
    const refused = await floatRows(runtimeOf(1).pool, METRICS.cosine, zero, zero, "error").catch((error) => error);
    expect(refused).to.be.instanceOf(DataError);
    expect(refused.message).to.include("row 0");
  });

  it("reuses the memory of a room that is large enough", async () => {
    const setOf = (rows: number) => vectorsFrom(Array.from({ length: rows }, (_, i) => [i, 1, 2 - i]));
    const room = new FloatRoom();
    const rowsFor = async (rows: number) =>
      (await floatRows(runtimeOf(1).pool, METRICS.euclidean, setOf(2), setOf(rows), "error", room))!;
    const first = await rowsFor(5);
    const buffers = [first.left.buffer, first.right.buffer];
    expect(buffers[0]).not.to.equal(buffers[1]);
    const { left, right } = await rowsFor(4);
    expect([left.buffer, right.buffer]).to.deep.equal(buffers);
    expect(right).to.have.length(12);
    expect((await rowsFor(6)).right.buffer).not.to.equal(buffers[1]);
  });

  it("is null for a metric without products and for dimensions beyond the proof", async () => {
    const set = vectorsFrom([[1, 2]]);
    expect(await floatRows(runtimeOf(1).pool, METRICS.manhattan, set, set, "error")).to.equal(null);
    const wide = vectorsFrom([new Float64Array(65537).fill(1)]);
    expect(await floatRows(runtimeOf(1).pool, METRICS.cosine, wide, wide, "error")).to.equal(null);
  });
});
