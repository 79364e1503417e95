import { expect } from "chai";
import fc from "fast-check";
import { DataError } from "#dist/core/errors.js";
import { hold } from "#dist/core/matrix.js";
import { type VectorSet, vectorsFrom } from "#dist/core/vectors.js";
import { METRICS } from "#dist/similarity/metrics/metrics.js";
import type { SimilarityOptions } from "#dist/similarity/options.js";
import { COMPONENT_METRIC_NAMES, type MetricName } from "#dist/similarity/options.js";
import { metricTiles } from "#dist/similarity/similarity.js";
import { bits, expectClose, failure, fixtureJson, fromFile, randomRows, runtimeOf } from "../reference.js";

type Fixture = { a: number[][]; b: number[][] } & { [name in MetricName]: (number | null)[][] };

const LOOP: SimilarityOptions = { mode: "loop" };
const JS: SimilarityOptions = { backend: "js" };
const WASM: SimilarityOptions = { backend: "wasm" };
const ENGINES: readonly SimilarityOptions[] = [
  LOOP,
  JS,
  { backend: "mathjs" },
  WASM,
  ...(runtimeOf(2).findBlas().blas ? [{ backend: "blas" } as const] : []),
];
const nameOf = ({ mode, backend }: SimilarityOptions) => backend ?? mode;

const OTHERS = COMPONENT_METRIC_NAMES.filter((name) => name !== "cosine");
const DISTANCES = COMPONENT_METRIC_NAMES.filter((name) => METRICS[name].nearer === "less");

const valuesOf = async (
  name: MetricName,
  a: VectorSet,
  b: VectorSet,
  options: SimilarityOptions = {},
): Promise<Float64Array> => (await hold(await metricTiles(name, a, b, options))).values;

/**
 * Returns the tolerance: 1e-9 of a distance; for a sum that may cancel, 1e-13 of its terms, or one smallest double per
 * term.
 */
function toleranceOf(name: MetricName, expected: number, x: readonly number[], y: readonly number[]): number {
  const least = x.length * Number.MIN_VALUE;
  if (name === "dot") return x.reduce((sum, value, k) => sum + Math.abs(value * y[k]!), 0) * 1e-13 + least;
  return METRICS[name].nearer === "less" ? 1e-9 * expected + least : 1e-13;
}

function expectValues(
  name: MetricName,
  found: Float64Array,
  expected: ArrayLike<number>,
  a: readonly (readonly number[])[],
  b: readonly (readonly number[])[],
): void {
  expect(found).to.have.length(expected.length);
  found.forEach((value, cell) => {
    const [i, j] = [Math.floor(cell / b.length), cell % b.length];
    const tolerance = toleranceOf(name, expected[cell]!, a[i]!, b[j]!);
    expect(value, `${name} (${i}, ${j})`).to.be.closeTo(expected[cell]!, tolerance);
  });
}

/** Returns rows, some of them near those of `rows`: shifted by 0, 1e-9, 1e-6 and 1e-3 of their components. */
const near = (rows: readonly (readonly number[])[], count: number): number[][] => {
  const moves = randomRows(count, rows[0]!.length, count);
  return moves.map((move, i) => {
    const share = [0, 1e-9, 1e-6, 1e-3, 1][i % 5]!;
    return move.map((x, k) => rows[i % rows.length]![k]! + share * x);
  });
};

describe("metrics", () => {
  for (const engine of ENGINES) {
    for (const fixture of ["digits", "near", "offset"]) {
      it(`agree with SciPy and exact arithmetic: ${fixture} (${nameOf(engine)})`, async () => {
        const { a, b, ...expected } = fixtureJson<Fixture>(`metrics/${fixture}.json`);
        for (const name of OTHERS) {
          const values = await valuesOf(name, vectorsFrom(a), vectorsFrom(b), engine);
          const all = expected[name].flat() as number[];
          // The mean of a row far from 0 has a rounding error.
          if (name === "correlation" && fixture === "offset") expectClose(values, all, 1e-9);
          else expectValues(name, values, all, a, b);
        }
      });
    }

    it(`are correct from 1e-200 to 1e300, or rejected if they do not fit a double (${nameOf(engine)})`, async () => {
      const { a, b, ...expected } = fixtureJson<Fixture>("metrics/extreme.json");
      for (const name of OTHERS) {
        const all = expected[name].flat();
        if (all.every((value) => value !== null)) {
          const values = await valuesOf(name, vectorsFrom(a), vectorsFrom(b), engine);
          expectValues(name, values, all as number[], a, b);
        }
        for (const [cell, value] of all.entries()) {
          const [x, y] = [a[Math.floor(cell / 6)]!, b[cell % 6]!];
          const [left, right] = [fromFile([x], "a.csv", [3]), fromFile([y], "b.csv", [7])];
          const found = valuesOf(name, left, right, engine);
          if (value !== null) expectValues(name, await found, [value], [x], [y]);
          else {
            const error = await failure(found);
            expect(error).to.be.an.instanceOf(DataError);
            expect(error.message).to.match(/^a\.csv:3 and b\.csv:7: expected a .+ within ±1\.79\d+e\+308/);
          }
        }
      }
    });
  }

  for (const [n, m, d] of [
    [1, 1, 2],
    [3, 1, 5],
    [1, 130, 3],
    [66, 9, 31],
    [5, 90, 385],
    [7, 6, 1600],
  ] as const) {
    it(`agree in all engines on ${n}×${m} values of dimension ${d}, including near rows`, async () => {
      const rows = randomRows(n, d, d);
      const others = near(rows, m);
      const [a, b] = [vectorsFrom(rows), vectorsFrom(others)];
      for (const name of OTHERS) {
        const loop = await valuesOf(name, a, b, LOOP);
        for (const engine of ENGINES) expectValues(name, await valuesOf(name, a, b, engine), loop, rows, others);
      }
    });
  }

  it("are within their range", async () => {
    const rows = randomRows(20, 7, 4);
    for (const name of COMPONENT_METRIC_NAMES) {
      const [least, greatest] = METRICS[name].range;
      const values = await valuesOf(name, vectorsFrom(rows), vectorsFrom(near(rows, 20)), WASM);
      expect(Math.min(...values), name).to.be.at.least(least);
      expect(Math.max(...values), name).to.be.at.most(greatest);
    }
  });

  it("have the same bits on any number of threads, and in any tile", async () => {
    const rows = near(randomRows(30, 70, 1), 150);
    const a = vectorsFrom(rows);
    const b = vectorsFrom(near(rows, 300));
    for (const name of COMPONENT_METRIC_NAMES) {
      const whole = await valuesOf(name, a, b, { ...WASM, runtime: runtimeOf(1) });
      expect(bits(await valuesOf(name, a, b, { ...WASM, runtime: runtimeOf(3) })), name).to.deep.equal(bits(whole));
      const part = await valuesOf(name, vectorsFrom(rows.slice(61, 66)), b, WASM);
      expect(bits(part), name).to.deep.equal(bits(whole.subarray(61 * 300, 66 * 300)));
    }
  });

  it("have the bits of the formula if no product is used", async () => {
    // So far from 0 and so close together that a product loses the distance completely.
    const offset = (rows: number[][]) => vectorsFrom(rows.map((row) => row.map((x) => 1000 + 1e-3 * x)));
    const [a, b] = [offset(randomRows(70, 390, 1)), offset(randomRows(33, 390, 2))];
    for (const name of DISTANCES) {
      expect(bits(await valuesOf(name, a, b, WASM)), name).to.deep.equal(bits(await valuesOf(name, a, b, LOOP)));
    }
  });

  it("have the diagonal for paired rows", async () => {
    const rows = randomRows(9, 12, 5);
    const [a, b] = [vectorsFrom(rows), vectorsFrom(near(rows, 9))];
    for (const name of COMPONENT_METRIC_NAMES) {
      for (const engine of [LOOP, JS]) {
        const whole = await valuesOf(name, a, b, engine);
        const paired = await hold(await metricTiles(name, a, b, { ...engine, paired: true }));
        expect(paired).to.include({ rows: 9, columns: 1 });
        expect(bits(paired.values), name).to.deep.equal(bits(paired.values.map((_, i) => whole[i * 10]!)));
      }
    }
  });

  it("report the backend: built-in kernels if no product is used", async () => {
    const set = vectorsFrom(randomRows(3, 3, 1));
    const backendOf = async (name: MetricName, options: SimilarityOptions) =>
      (await metricTiles(name, set, set, options)).backend;
    for (const name of ["manhattan", "chebyshev"] as const) {
      expect(await backendOf(name, {})).to.equal("js");
      expect(await backendOf(name, { backend: "mathjs" })).to.equal("js");
      expect(await backendOf(name, { backend: "blas" })).to.equal("wasm");
      expect(await backendOf(name, LOOP)).to.equal(null);
    }
    expect(await backendOf("euclidean", { backend: "mathjs" })).to.equal("mathjs");
    const large = vectorsFrom(randomRows(1500, 1, 1));
    expect((await metricTiles("manhattan", large, large)).backend).to.equal("wasm");
  });
});

describe("distances", () => {
  const component = fc.double({ min: -1e3, max: 1e3, noNaN: true });
  const batch = fc
    .integer({ min: 1, max: 6 })
    .chain((d) => fc.array(fc.array(component, { minLength: d, maxLength: d }), { minLength: 1, maxLength: 7 }));

  for (const engine of [LOOP, JS, WASM]) {
    it(`are 0 for equal rows, symmetric to the last bit, and satisfy the triangle inequality (${nameOf(engine)})`, async () => {
      await fc.assert(
        fc.asyncProperty(batch, async (rows) => {
          const n = rows.length;
          const set = vectorsFrom(rows);
          for (const name of DISTANCES) {
            const values = await valuesOf(name, set, set, engine);
            const mirrored = values.map((_, cell) => values[(cell % n) * n + Math.floor(cell / n)]!);
            expect(bits(mirrored), name).to.deep.equal(bits(values));
            for (let i = 0; i < n; i++) {
              expect(Object.is(values[i * n + i], 0), name).to.equal(true);
              for (let cell = 0; name !== "sqeuclidean" && cell < n * n; cell++) {
                const [from, to] = [Math.floor(cell / n), cell % n];
                const detour = values[from * n + i]! + values[i * n + to]!;
                expect(values[cell], name).to.be.at.most(detour * (1 + 1e-9));
              }
            }
          }
        }),
        { numRuns: 30 },
      );
    });
  }

  it("of a set and an equal one are 0 on the diagonal", async () => {
    const rows = randomRows(70, 50, 3);
    for (const engine of ENGINES) {
      for (const name of DISTANCES) {
        const values = await valuesOf(name, vectorsFrom(rows), vectorsFrom(rows), engine);
        for (let i = 0; i < 70; i++) expect(values[i * 71], `${name}, ${nameOf(engine)}`).to.equal(0);
      }
    }
  });

  it("keep the smallest differences", async () => {
    const least = Number.MIN_VALUE;
    const set = vectorsFrom([[0], [least], [2 ** -600]]);
    for (const engine of ENGINES) {
      for (const name of ["euclidean", "manhattan", "chebyshev"] as const) {
        const values = await valuesOf(name, set, set, engine);
        expect(Array.from(values.subarray(0, 3)), `${name}, ${nameOf(engine)}`).to.deep.equal([0, least, 2 ** -600]);
      }
    }
  });

  it("are never infinite: differences beyond the doubles are errors", async () => {
    const set = vectorsFrom([[Number.MAX_VALUE], [-Number.MAX_VALUE]]);
    for (const engine of ENGINES) {
      for (const name of DISTANCES) {
        const error = await failure(valuesOf(name, set, set, engine));
        expect(error.message, name).to.match(/^vectors: row 0 and vectors: row 1: expected a /);
      }
    }
  });
});

describe("dot products", () => {
  it("may overflow in intermediate results", async () => {
    const [a, b] = [vectorsFrom([[1e200, 1e200, 3]]), vectorsFrom([[1e200, -1e200, 0]])];
    for (const engine of ENGINES) expect(await valuesOf("dot", a, b, engine)).to.deep.equal(Float64Array.of(0));
  });

  it("with zero vectors are 0 under any policy", async () => {
    const set = vectorsFrom([
      [0, 0],
      [3, 4],
    ]);
    for (const engine of ENGINES) {
      expect(Array.from(await valuesOf("dot", set, set, engine))).to.deep.equal([0, 0, 0, 25]);
    }
  });
});

describe("correlations", () => {
  for (const engine of ENGINES) {
    it(`are exactly 1 for equal rows, and unchanged by shifting and scaling (${nameOf(engine)})`, async () => {
      for (const d of [2, 3, 10, 400]) {
        const rows = randomRows(5, d, d);
        const moved = rows.map((row) => row.map((x) => 8 * x + 64));
        const own = await valuesOf("correlation", vectorsFrom(rows), vectorsFrom(rows), engine);
        const other = await valuesOf("correlation", vectorsFrom(rows), vectorsFrom(moved), engine);
        for (let i = 0; i < 5; i++) expect(own[i * 6]).to.equal(1);
        expectClose(other, own, 1e-13);
      }
    });

    it(`with constant rows follow the policy for zero vectors (${nameOf(engine)})`, async () => {
      const rows = [
        [1, 2, 4],
        [0.1, 0.1, 0.1],
        [0, 0, 0],
      ];
      const set = fromFile(rows, "a.csv", [2, 5, 6]);
      const error = await failure(valuesOf("correlation", set, set, engine));
      expect(error).to.be.an.instanceOf(DataError);
      expect(error.message).to.equal("a.csv:5: expected components that differ, found a constant vector");
      expect(error.hint).to.equal("zero counts its correlations as 0, nan as NaN");
      for (const [zeroVectors, value] of [
        ["nan", Number.NaN],
        ["zero", 0],
      ] as const) {
        const values = await valuesOf("correlation", set, set, { ...engine, zeroVectors });
        expect(Array.from(values)).to.deep.equal([1, ...Array(8).fill(value)]);
      }
    });
  }
});

describe("sets in float32", () => {
  const floats = (rows: number[][]): VectorSet => {
    const set = vectorsFrom(rows);
    return { ...set, values: Float32Array.from(set.values) };
  };
  const doubles = (set: VectorSet): VectorSet => ({ ...set, values: Float64Array.from(set.values) });

  for (const engine of ENGINES) {
    it(`have the distances of their values as doubles, and similarities in float32 (${nameOf(engine)})`, async () => {
      const rows = randomRows(40, 100, 1);
      const [a, b] = [floats(rows), floats(near(rows, 30))];
      for (const name of COMPONENT_METRIC_NAMES) {
        const exact = await valuesOf(name, doubles(a), doubles(b), LOOP);
        const found = await valuesOf(name, a, b, engine);
        found.forEach((value, cell) => {
          const tolerance = METRICS[name].nearer === "less" ? 1e-9 * exact[cell]! : 1e-4;
          expect(value, name).to.be.closeTo(exact[cell]!, tolerance);
        });
      }
      expect((await valuesOf("correlation", a, a, engine))[0]).to.equal(1);
    });

    it(`have dot products beyond float32 (${nameOf(engine)})`, async () => {
      const set = floats([[2 ** 100, 2 ** 100]]);
      expect(Array.from(await valuesOf("dot", set, set, engine))).to.deep.equal([2 ** 201]);
    });
  }
});
