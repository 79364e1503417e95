import { expect } from "chai";
import fc from "fast-check";
import { type VectorSet, vectorsFrom } from "#dist/core/vectors.js";
import { computeTiles } from "#dist/similarity/compute.js";
import { COMPONENT_METRIC_NAMES, type ComponentMetricName, type SimilarityOptions } from "#dist/similarity/options.js";
import { metricTiles } from "#dist/similarity/similarity.js";
import { randomRows } from "../reference.js";
import { ENGINES } from "./engines.js";
import { type Compare, isNearest, rational, rootOf, scaledInteger } from "./rationals.js";

const sumOf = (terms: readonly bigint[]): bigint => terms.reduce((sum, term) => sum + term, 0n);
const product = (x: readonly bigint[], y: readonly bigint[]): bigint => sumOf(x.map((digits, k) => digits * y[k]!));
const size = (x: bigint): bigint => (x < 0n ? -x : x);
const signOf = (x: bigint): number => (x > 0n ? 1 : x < 0n ? -1 : 0);

/** Returns a metric of two rows by its definition, in exact arithmetic; null for a row without a direction. */
function exactly(metric: ComponentMetricName, row: readonly number[], other: readonly number[]): Compare | null {
  const [x, y] = [row.map(scaledInteger), other.map(scaledInteger)];
  const differences = x.map((digits, k) => digits - y[k]!);
  const centred = (z: readonly bigint[]) => z.map((digits) => BigInt(z.length) * digits - sumOf(z));
  const angle = (u: readonly bigint[], v: readonly bigint[]) => {
    const [uv, square] = [product(u, v), product(u, u) * product(v, v)];
    return square === 0n ? null : rootOf(signOf(uv), uv * uv, square, 0);
  };
  switch (metric) {
    case "dot":
      return rational(product(x, y), 1n, 2);
    case "cosine":
      return angle(x, y);
    case "correlation":
      return angle(centred(x), centred(y));
    case "sqeuclidean":
      return rational(product(differences, differences), 1n, 2);
    case "euclidean":
      return rootOf(differences.some((z) => z !== 0n) ? 1 : 0, product(differences, differences), 1n, 2);
    case "manhattan":
      return rational(sumOf(differences.map(size)), 1n, 1);
    case "chebyshev":
      return rational(
        differences.map(size).reduce((x, y) => (x > y ? x : y)),
        1n,
        1,
      );
  }
}

async function scoresOf(
  metric: ComponentMetricName,
  rows: readonly number[][],
  others: readonly number[][] = rows,
  options: SimilarityOptions = { mode: "loop" },
  toSet = (list: readonly number[][]): VectorSet => vectorsFrom(list),
): Promise<number[][]> {
  const a = toSet(rows);
  const b = others === rows ? a : toSet(others);
  const { exact } = await metricTiles(metric, a, b, { ...options, zeroVectors: "nan" });
  return rows.map((_, i) => others.map((_, j) => exact(i, j)));
}

async function expectNearest(
  metric: ComponentMetricName,
  rows: readonly number[][],
  toSet = vectorsFrom,
): Promise<void> {
  const scores = await scoresOf(metric, rows, rows, undefined, toSet);
  for (const [i, row] of rows.entries()) {
    for (const [j, other] of rows.entries()) {
      const compare = exactly(metric, row, other);
      const message = `${metric} of ${row} and ${other}: ${scores[i]![j]}`;
      if (compare) expect(isNearest(scores[i]![j]!, compare), message).to.be.true;
      else expect(scores[i]![j], message).to.be.NaN;
    }
  }
}

const power = (range: number) => fc.integer({ min: -range, max: range }).map((exponent) => 2 ** exponent);
const near = (range: number) => fc.integer({ min: -range, max: range });
/** Kinds of components, each with other roundings. */
const COMPONENTS: readonly fc.Arbitrary<number>[] = [
  fc.double({ min: -1e3, max: 1e3, noNaN: true }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.float({ noNaN: true, noDefaultInfinity: true }),
  fc.float({ min: -1, max: 1, noNaN: true }),
  near(1),
  near(16),
  near(2 ** 27 + 1),
  fc.maxSafeInteger(),
  fc.constantFrom(1e16, 1, -1e16, 1e-16, -1, 0),
  fc.constantFrom(1e300, -1e300, 1e-300, 1, -1e-300, 0),
  fc.constantFrom(Number.MIN_VALUE, -Number.MIN_VALUE, 3 * Number.MIN_VALUE, 2 ** -1022, 0),
  fc.constantFrom(Number.MAX_VALUE, -Number.MAX_VALUE, 2 ** 1023, 1, 0),
  fc.constantFrom(1e-170, 1.5e-162, -1e-162, 2e-200, 0),
  // Products and sums of these are halfway between two doubles, or one unit of an exact sum beside it.
  fc
    .tuple(near(2), fc.constantFrom(2 ** -52, 2 ** -53, 2 ** -26, 2 ** -27, 2 ** -105))
    .map(([k, unit]) => 1 + k * unit),
  fc.tuple(near(3), fc.constantFrom(2 ** 53, 2 ** 54, 2 ** 27, 2 ** 26)).map(([k, large]) => large + k),
  near(4).map((k) => 1e8 + k / 4),
];

/** Rows of one set, of different kinds, scaled by powers of two; some are multiples or permutations of others. */
const adversarial = fc.integer({ min: 1, max: 7 }).chain((d) => {
  const row = fc
    .tuple(fc.constantFrom(...COMPONENTS), fc.constantFrom(...COMPONENTS), fc.boolean())
    .chain(([one, other, isMixed]) =>
      fc
        .array(isMixed ? fc.oneof(one, other) : one, { minLength: d, maxLength: d })
        .map((list) => list.map((x) => x + 0)),
    );
  const change = fc.tuple(fc.constantFrom("same", "turned", "opposite"), power(3));
  return fc.tuple(fc.array(row, { minLength: 2, maxLength: 4 }), change).map(([rows, [kind, factor]]) => {
    const [first] = rows as [number[]];
    const turned = kind === "turned" ? [...first.slice(1), first[0]!] : first;
    const changed = turned.map((x) => x * (kind === "opposite" ? -factor : factor) + 0);
    return changed.every(Number.isFinite) ? [...rows, changed] : rows;
  });
});

describe("exact scores", () => {
  for (const metric of COMPONENT_METRIC_NAMES) {
    it(`are the ${metric} in rational arithmetic, rounded once`, async () => {
      await fc.assert(
        fc.asyncProperty(adversarial, (rows) => expectNearest(metric, rows)),
        { numRuns: 1500 },
      );
    });

    it(`are the ${metric} of float32 rows, rounded once`, async () => {
      const rows = fc.integer({ min: 1, max: 12 }).chain((d) =>
        fc.array(
          fc.array(
            fc
              .oneof(
                fc.float({ min: -1, max: 1, noNaN: true }),
                fc.float({ noNaN: true, noDefaultInfinity: true }),
                near(3),
              )
              .map((x) => Math.fround(x) + 0),
            { minLength: d, maxLength: d },
          ),
          { minLength: 2, maxLength: 4 },
        ),
      );
      await fc.assert(
        fc.asyncProperty(rows, (list) =>
          expectNearest(metric, list, (some) => {
            const set = vectorsFrom(some);
            return { ...set, values: Float32Array.from(set.values) };
          }),
        ),
        { numRuns: 300 },
      );
    });

    it(`are the ${metric} of rows with many components, rounded once`, async () => {
      for (const d of [63, 64, 385]) {
        const rows = randomRows(4, d, d);
        const [x, y] = rows as [number[], number[]];
        await expectNearest(metric, [
          ...rows,
          x.map((z) => Math.fround(z)),
          y.map((z) => Math.round(8 * z)),
          y.map((z) => 1e6 + Math.round(8 * z)),
          x.map((z) => 1e9 + z),
          x.map((z, k) => (k % 2 === 0 ? 1e17 : -1e17) + z),
        ]);
      }
    });
  }
});

describe("exact scores of chosen rows", () => {
  const only = async (metric: ComponentMetricName, x: readonly number[], y: readonly number[]) =>
    (await scoresOf(metric, [[...x]], [[...y]]))[0]![0]!;

  it("are rounded to even at a tie, and away from it by the smallest term", async () => {
    const ones = [1, 1, 1];
    const step = Number.EPSILON;
    for (const [rest, expected] of [
      [0, 1],
      [2 ** -105, 1 + step],
      [-(2 ** -105), 1],
      [2 ** -1000, 1 + step],
      [-(2 ** -1000), 1],
      [Number.MIN_VALUE, 1 + step],
    ] as const) {
      expect(await only("dot", [1, step / 2, rest], ones)).to.equal(expected);
      expect(await only("manhattan", [1, step / 2, Math.abs(rest)], [0, 0, 0])).to.equal(rest === 0 ? 1 : 1 + step);
    }
    expect(await only("dot", [1 + step, step / 2, 0], ones)).to.equal(1 + 2 * step);
    expect(await only("dot", [2 ** 53, 1, 0], ones)).to.equal(2 ** 53);
    expect(await only("dot", [2 ** 53, 1, 1], ones)).to.equal(2 ** 53 + 2);
    // The length of the first row is 2^53 + 1, halfway between two doubles.
    const root = (...row: number[]) => only("euclidean", row, Array(row.length).fill(0));
    expect(await root(2 ** 53, 2 ** 27, 1)).to.equal(2 ** 53);
    expect(await root(2 ** 53, 2 ** 27, 1, 2 ** -500)).to.equal(2 ** 53 + 2);
    expect(await root(2 ** 53, 2 ** 27, 1 - Number.EPSILON)).to.equal(2 ** 53);
    expect(await root(2 ** 53, 2 ** 27, 1 + Number.EPSILON)).to.equal(2 ** 53 + 2);
  });

  it("keep what cancellation leaves", async () => {
    expect(await only("dot", [1e16, 1, -1e16], [1, 1, 1])).to.equal(1);
    expect(await only("dot", [1e300, 1e-300, -1e300], [1, 1, 1])).to.equal(1e-300);
    expect(await only("dot", [1e300, 1e-300, -1e300], [1e300, 1e300, 1e300])).to.equal(
      (await only("dot", [1e-300, 0], [1e300, 0])) as number,
    );
    expect(await only("cosine", [1e200, 1, -1e200], [1, 1, 1])).to.be.closeTo(1 / Math.sqrt(6) / 1e200, 1e-215);
    expect(await only("correlation", [1e16, 1e16 + 2, 1e16 + 4], [1, 2, 3])).to.equal(1);
    expect(await only("sqeuclidean", [1e16 + 2, 1e-170], [1e16, 0])).to.equal(4);
    expect(await only("sqeuclidean", Array(100).fill(1.5e-162), Array(100).fill(0))).to.equal(46 * Number.MIN_VALUE);
  });

  it("are finite unless the value is beyond the doubles", async () => {
    const most = Number.MAX_VALUE;
    expect(await only("dot", [most, most, most], [1, -1, 1])).to.equal(most);
    expect(await only("dot", [most, 2 ** 969], [1, 1])).to.equal(most);
    expect(await only("dot", [most, 2 ** 970], [1, 1])).to.equal(Infinity);
    expect(await only("manhattan", [most, 0], [0, 0])).to.equal(most);
    expect(await only("manhattan", [most, most], [0, 0])).to.equal(Infinity);
    expect(await only("euclidean", [most, 0], [0, 0])).to.equal(most);
    expect(await only("euclidean", [3e-320, 4e-320], [0, 0])).to.equal(5e-320);
    expect(await only("cosine", [most, most], [1, 1])).to.equal(1);
    expect(await only("cosine", [3 * Number.MIN_VALUE, 4 * Number.MIN_VALUE], [3, 4])).to.equal(1);
  });

  it("are 1 for equal rows and multiples, −1 for opposite ones, 0 at right angles", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc
          .integer({ min: 1, max: 9 })
          .chain((d) => fc.array(fc.double({ min: -1e150, max: 1e150, noNaN: true }), { minLength: d, maxLength: d })),
        power(400),
        async (row, factor) => {
          fc.pre(row.every((x) => x * factor * (1 / factor) === x) && new Set(row).size > 1);
          const rows = [row, row.map((x) => x * factor), row.map((x) => -x)];
          for (const metric of ["cosine", "correlation"] as const) {
            expect((await scoresOf(metric, rows))[0]).to.deep.equal([1, 1, -1]);
          }
          const right = [...row, ...row.map(() => 0)];
          const angle = [...row.map(() => 0), ...row];
          expect(await only("cosine", right, angle)).to.equal(0);
          expect(await only("euclidean", right, right)).to.equal(0);
        },
      ),
    );
  });

  it("do not change if rows are multiplied by powers of two, or components are permuted", async () => {
    const component = fc.maxSafeInteger().map((x) => x / 2 ** 53);
    const cases = fc.integer({ min: 2, max: 9 }).chain((d) => {
      const row = fc.array(component, { minLength: d, maxLength: d });
      const places = Array.from({ length: d }, (_, k) => k);
      return fc.tuple(row, row, fc.shuffledSubarray(places, { minLength: d, maxLength: d }), power(800), power(100));
    });
    await fc.assert(
      fc.asyncProperty(cases, async ([x, y, order, factor, other]) => {
        const permuted = [order.map((k) => x[k]! * factor), order.map((k) => y[k]! * other)];
        for (const metric of ["cosine", "correlation"] as const) {
          expect(await scoresOf(metric, permuted)).to.deep.equal(await scoresOf(metric, [x, y]));
        }
        expect(
          await only(
            "dot",
            order.map((k) => x[k]!),
            order.map((k) => y[k]!),
          ),
        ).to.equal(await only("dot", x, y));
      }),
    );
  });

  it("are refused if the rows have been overwritten", async () => {
    const set = vectorsFrom(randomRows(2, 3, 1));
    const { exact } = await computeTiles("cosine", set, set, { backend: "wasm", inPlace: true });
    expect(() => exact(0, 1)).to.throw("overwritten");
  });
});

describe("the error bound of a cell", () => {
  const inFloat32 = (list: readonly number[][]): VectorSet => {
    const set = vectorsFrom(list);
    return { ...set, values: Float32Array.from(set.values) };
  };

  async function expectWithin(metric: ComponentMetricName, a: VectorSet, b: VectorSet): Promise<void> {
    for (const how of ENGINES) {
      const matrix = await metricTiles(metric, a, b, { ...how, zeroVectors: "zero" });
      for await (const { firstRow, rows, columns, values } of matrix.tiles()) {
        for (let cell = 0; cell < rows * columns; cell++) {
          const [i, j] = [firstRow + Math.floor(cell / columns), cell % columns];
          const exact = matrix.exact(i, j);
          const slack = matrix.slack(i, Math.abs(values[cell]!));
          const message = `${metric}, ${JSON.stringify({ ...how, runtime: undefined })}, (${i}, ${j}): ${values[cell]} for ${exact} ± ${slack}`;
          expect(Math.abs(values[cell]! - exact) <= slack, message).to.be.true;
        }
      }
    }
  }

  for (const metric of COMPONENT_METRIC_NAMES) {
    it(`covers the exact score of rows of any kind (${metric})`, async () => {
      for (const d of [1, 2, 5, 33, 384, 1500]) {
        const rows = randomRows(5, d, d);
        const [x, y] = rows as [number[], number[]];
        const kinds = [
          ...rows,
          x.map((z) => 1000 + z),
          x.map((z, k) => (k === 0 ? 1e6 : z)),
          y.map((z) => Math.round(4 * z) + 0),
          x.map((z, k) => z + 1e-7 * y[k]!),
          x.map((z, k) => z * 10 ** (k % 9)),
          x.map((z) => z * 2 ** -60),
          x.map((z) => z * 2 ** 40),
        ];
        for (const toSet of [(list: number[][]) => vectorsFrom(list), inFloat32]) {
          const [a, b] = [toSet(kinds), toSet([...kinds].reverse())];
          await expectWithin(metric, a, a);
          await expectWithin(metric, a, b);
        }
        const extreme = vectorsFrom([
          ...kinds,
          x.map((z) => z * 1e-160),
          y.map((z) => z * 1e-200),
          x.map((z) => z * 1e140),
        ]);
        await expectWithin(metric, extreme, extreme);
      }
    });
  }
});
