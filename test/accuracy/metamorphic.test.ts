import { expect } from "chai";
import fc from "fast-check";
import { hold, tiled } from "#dist/core/matrix.js";
import { vectorsFrom } from "#dist/core/vectors.js";
import { pearson, spearman } from "#dist/evaluation/correlation.js";
import { kendallTau } from "#dist/evaluation/kendall.js";
import { classifyPairs } from "#dist/evaluation/pair-classification.js";
import { similarityLoss } from "#dist/loss/similarity-loss.js";
import { KIND_NAMES } from "#dist/loss/types.js";
import { NearestRows } from "#dist/neighbours/nearest-rows.js";
import { COMPONENT_METRIC_NAMES, type ComponentMetricName, type SimilarityOptions } from "#dist/similarity/options.js";
import { metricTiles } from "#dist/similarity/similarity.js";
import { bits, matrixOf, transposed } from "../reference.js";
import { ENGINES } from "../similarity/engines.js";

/** How results change if their input is changed: to the bit, so that no reference is needed. */

type Rows = readonly (readonly number[])[];

const component = fc.maxSafeInteger().map((x) => x / 2 ** 53);
const rowsOf = (d: number) =>
  fc.array(fc.array(component, { minLength: d, maxLength: d }), { minLength: 1, maxLength: 7 });
/** Two sets of rows of the same dimension, 2 or more. */
const sets = fc.integer({ min: 2, max: 20 }).chain((d) => fc.tuple(rowsOf(d), rowsOf(d)));
const orderOf = (n: number) =>
  fc.shuffledSubarray(
    Array.from({ length: n }, (_, i) => i),
    { minLength: n, maxLength: n },
  );
const powerUpTo = (most: number) => fc.integer({ min: -most, max: most }).map((exponent) => 2 ** exponent);
const NUM_RUNS = { numRuns: 25 };

async function cellsOf(
  metric: ComponentMetricName,
  a: Rows,
  b: Rows,
  options: SimilarityOptions,
): Promise<Float64Array> {
  const tiles = await metricTiles(metric, vectorsFrom(a), vectorsFrom(b), { ...options, zeroVectors: "zero" });
  return (await hold(tiles)).values;
}

/** Returns the neighbours of each row of a in b, with their exact scores. */
async function nearestOf(metric: ComponentMetricName, a: Rows, b: Rows, k: number) {
  const nearest = new NearestRows(a.length, { k });
  await nearest.add(await metricTiles(metric, vectorsFrom(a), vectorsFrom(b), { zeroVectors: "zero" }));
  return nearest.result();
}

describe("metamorphic properties of matrices", () => {
  for (const metric of COMPONENT_METRIC_NAMES) {
    it(`${metric}: multiplying all rows by a power of two multiplies the cells`, async () => {
      const factor = { dot: 2, sqeuclidean: 2, cosine: 0, correlation: 0 }[metric as string] ?? 1;
      await fc.assert(
        // Squares that could underflow are summed by another formula.
        fc.asyncProperty(sets, powerUpTo(100), async ([a, b], scale) => {
          const scaled = (rows: Rows) => rows.map((row) => row.map((x) => x * scale));
          for (const options of ENGINES) {
            const expected = (await cellsOf(metric, a, b, options)).map((x) => x * scale ** factor);
            expect(bits(await cellsOf(metric, scaled(a), scaled(b), options))).to.deep.equal(bits(expected));
          }
        }),
        NUM_RUNS,
      );
    });

    it(`${metric}: exchanging the sets transposes the cells`, async () => {
      await fc.assert(
        fc.asyncProperty(sets, async ([a, b]) => {
          // A BLAS may add in another order.
          for (const options of ENGINES.filter(({ backend }) => backend !== "blas")) {
            const there = await cellsOf(metric, a, b, options);
            const back = await cellsOf(metric, b, a, options);
            const expected = there.map((_, at) => back[(at % b.length) * a.length + Math.floor(at / b.length)]!);
            expect(bits(there)).to.deep.equal(bits(expected));
          }
        }),
        NUM_RUNS,
      );
    });

    it(`${metric}: rows in another order have the same neighbours and scores`, async () => {
      const cases = sets.chain(([a, b]) => fc.tuple(fc.constant(a), fc.constant(b), orderOf(b.length)));
      await fc.assert(
        fc.asyncProperty(cases, async ([a, b, order]) => {
          const [whole, moved] = [
            await nearestOf(metric, a, b, b.length),
            await nearestOf(
              metric,
              a,
              order.map((i) => b[i]!),
              b.length,
            ),
          ];
          expect(bits(moved.scores)).to.deep.equal(bits(whole.scores));
          const scoreOf = (rows: ArrayLike<number>, name: (row: number) => number) =>
            Array.from(rows, (row, at) => `${Math.floor(at / b.length)} ${name(row)} ${whole.scores[at]}`).sort();
          expect(scoreOf(moved.rows, (row) => order[row]!)).to.deep.equal(scoreOf(whole.rows, (row) => row));
        }),
        NUM_RUNS,
      );
    });

    it(`${metric}: of a set twice, each neighbour is found twice, the first copy first`, async () => {
      await fc.assert(
        fc.asyncProperty(sets, async ([a, b]) => {
          const once = await nearestOf(metric, a, b, b.length);
          const twice = await nearestOf(metric, a, [...b, ...b], 2 * b.length);
          expect(bits(twice.scores)).to.deep.equal(bits(once.scores).flatMap((score) => [score, score]));
          const found = Array.from(twice.rows, (row) => row % b.length).sort();
          expect(found).to.deep.equal([...once.rows, ...once.rows].sort());
        }),
        NUM_RUNS,
      );
    });
  }
});

describe("metamorphic properties of losses", () => {
  const batch = fc.integer({ min: 2, max: 8 }).chain((size) => {
    const row = fc.array(component, { minLength: size, maxLength: size });
    const label = fc.constantFrom("a", "b", "c");
    return fc.tuple(
      fc.array(row, { minLength: size, maxLength: size }),
      fc.array(label, { minLength: size, maxLength: size }),
      orderOf(size),
    );
  });

  for (const kind of KIND_NAMES.filter((name) => name !== "cosent")) {
    const losses = async (rows: Rows, labels: readonly string[], anchors: "rows" | "columns") =>
      (await similarityLoss(tiled(matrixOf(rows)), { kind, labels, anchors })).losses[0]!;

    it(`${kind}: the columns are the rows of the transposed matrix`, async () => {
      await fc.assert(
        fc.asyncProperty(batch, async ([rows, labels]) => {
          const found = await losses(rows, labels, "columns");
          expect(found).to.deep.equal({ ...(await losses(transposed(rows), labels, "rows")), anchors: "columns" });
        }),
        NUM_RUNS,
      );
    });

    it(`${kind}: anchors in another order have the same losses, but for rounding`, async () => {
      await fc.assert(
        fc.asyncProperty(batch, async ([rows, labels, order]) => {
          const moved = order.map((i) => order.map((j) => rows[i]![j]!));
          const [one, other] = [
            await losses(rows, labels, "rows"),
            await losses(
              moved,
              order.map((i) => labels[i]!),
              "rows",
            ),
          ];
          expect(other.counts).to.deep.equal(one.counts);
          expect(other.loss).to.be.closeTo(one.loss!, 1e-13 * Math.max(1, Math.abs(one.loss!)));
          for (const [at, i] of order.entries()) {
            const [found, expected] = [other.perAnchor.loss[at]!, one.perAnchor.loss[i]!];
            if (Number.isNaN(expected)) expect(found).to.be.NaN;
            else expect(found).to.be.closeTo(expected, 1e-13 * Math.max(1, Math.abs(expected)));
          }
        }),
        NUM_RUNS,
      );
    });
  }
});

describe("metamorphic properties of statistics", () => {
  const pairs = fc.array(fc.tuple(component, fc.constantFrom(0, 1, 2, 3)), { minLength: 3, maxLength: 30 });
  const cases = pairs.chain((list) => fc.tuple(fc.constant(list), orderOf(list.length), powerUpTo(200)));
  const lists = (list: readonly (readonly [number, number])[]) =>
    [0, 1].map((side) => Float64Array.from(list, (pair) => pair[side]!)) as [Float64Array, Float64Array];

  it("correlations do not change with powers of two and exchanged lists; the sign changes with a sign", () => {
    fc.assert(
      fc.property(cases, ([list, order, scale]) => {
        const [x, y] = lists(list);
        const [u, v] = lists(order.map((i) => list[i]!));
        for (const correlation of [pearson, spearman, kendallTau]) {
          const found = correlation(x, y);
          expect(correlation(y, x)).to.deep.equal(found);
          expect(
            correlation(
              x.map((z) => z * scale),
              y,
            ),
          ).to.deep.equal(found);
          expect(
            0 +
              correlation(
                x.map((z) => -z),
                y,
              ),
          ).to.deep.equal(0 - found);
        }
        // Ranks are small integers, whose sums are exact.
        expect(spearman(u, v)).to.deep.equal(spearman(x, y));
        expect(kendallTau(u, v)).to.deep.equal(kendallTau(x, y));
      }),
    );
  });

  it("thresholds do not depend on the order of pairs, and those of negated scores are negated", () => {
    fc.assert(
      fc.property(cases, ([list, order, scale]) => {
        const [x, y] = lists(list);
        const labels = y.map((grade) => (grade > 1 ? 1 : 0));
        fc.pre(labels.includes(1) && labels.includes(0));
        const found = classifyPairs(x, labels, "greater");
        const moved = (z: Float64Array) => Float64Array.from(order, (i) => z[i]!);
        expect(classifyPairs(moved(x), moved(labels), "greater")).to.deep.equal(found);
        const negated = classifyPairs(
          x.map((z) => -z * scale),
          labels,
          "less",
        );
        for (const measure of ["accuracy", "f1", "mcc"] as const) {
          expect(negated[measure].value).to.equal(found[measure].value);
          const { threshold } = found[measure];
          expect(negated[measure].threshold).to.deep.equal(threshold === null ? null : -threshold * scale);
        }
        expect(negated).to.include({ auc: found.auc, averagePrecision: found.averagePrecision });
      }),
    );
  });
});
