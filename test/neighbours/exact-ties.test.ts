import { expect } from "chai";
import { type VectorSet, vectorsFrom } from "#dist/core/vectors.js";
import { findPairs } from "#dist/neighbours/near-pairs.js";
import { NearestRows } from "#dist/neighbours/nearest-rows.js";
import type { ComponentMetricName } from "#dist/similarity/options.js";
import { metricTiles } from "#dist/similarity/similarity.js";
import { bits, digits, drawing } from "../reference.js";
import { ENGINES } from "../similarity/engines.js";

const K = 10;

const METRICS = ["cosine", "correlation", "dot", "euclidean", "sqeuclidean", "manhattan", "chebyshev"] as const;

/** A fraction that orders scores: greater is nearer. Its denominator is positive. */
type Nearness = readonly [bigint, bigint];

/** Returns the nearness of rows of small integers in exact arithmetic, for the rows of one query. */
function nearness(metric: ComponentMetricName, x: readonly number[], y: readonly number[]): Nearness {
  const n = x.length;
  const sum = (terms: readonly number[]) => terms.reduce((total, term) => total + term, 0);
  const dot = (u: readonly number[], v: readonly number[]) => sum(u.map((z, k) => z * v[k]!));
  const signedSquare = (z: number) => BigInt(Math.sign(z)) * BigInt(z) * BigInt(z);
  const differences = x.map((z, k) => Math.abs(z - y[k]!));
  switch (metric) {
    // The length of the query is the same for all rows. The square keeps the order.
    case "cosine":
      return [signedSquare(dot(x, y)), BigInt(dot(y, y))];
    case "correlation":
      return [signedSquare(n * dot(x, y) - sum(x) * sum(y)), BigInt(n * dot(y, y) - sum(y) ** 2)];
    case "dot":
      return [BigInt(dot(x, y)), 1n];
    case "euclidean":
    case "sqeuclidean":
      return [BigInt(-dot(differences, differences)), 1n];
    case "manhattan":
      return [BigInt(-sum(differences)), 1n];
    case "chebyshev":
      return [BigInt(-Math.max(...differences)), 1n];
  }
}

function rowsOf({ values, rows, dimensions: d }: VectorSet): number[][] {
  return Array.from({ length: rows }, (_, i) => Array.from(values.subarray(i * d, (i + 1) * d)));
}

/** Returns the K nearest rows of each row by definition: exact ties are in the order of the rows. */
function expectedRows(metric: ComponentMetricName, a: VectorSet, b: VectorSet): number[][] {
  const corpus = rowsOf(b);
  return rowsOf(a).map((x, i) => {
    const scores = corpus.map((y) => nearness(metric, x, y));
    return Array.from(corpus.keys())
      .filter((j) => !(a === b && i === j))
      .sort((one, other) => {
        const [[p, q], [r, s]] = [scores[one]!, scores[other]!];
        const [left, right] = [p * s, r * q];
        return left > right ? -1 : left < right ? 1 : one - other;
      })
      .slice(0, K);
  });
}

const integers = (n: number, d: number, seed: number, next: (uniform: number) => number): VectorSet => {
  const draw = drawing(seed);
  // The last component gives every row a direction, also if it is centred.
  return vectorsFrom(Array.from({ length: n }, () => [...Array.from({ length: d - 1 }, () => next(draw())), 17]));
};
const inFloat32 = (set: VectorSet): VectorSet => ({ ...set, values: Float32Array.from(set.values) });
/** Multiplies each row by a power of two, which changes neither a cosine nor a correlation. */
const scaled = (set: VectorSet): VectorSet => ({
  ...set,
  values: set.values.map((x, k) => x * 2 ** ((Math.floor(k / set.dimensions) % 41) * 7 - 140)),
});

const { a, b } = digits();
const counts = integers(60, 9, 1, (x) => Math.floor(4 * x));
const SETS: readonly [string, VectorSet, VectorSet][] = [
  ["digits", a, a],
  ["digits and other digits", a, b],
  ["counts", counts, counts],
  ["binary features", integers(40, 20, 2, (x) => Math.round(x)), integers(150, 20, 3, (x) => Math.round(x))],
  ["signs", integers(30, 33, 4, (x) => Math.floor(3 * x) - 1), integers(90, 33, 5, (x) => Math.floor(3 * x) - 1)],
];

describe("neighbours of rows of integers", () => {
  for (const metric of METRICS) {
    for (const [name, left, right] of SETS) {
      it(`have exact ties in the order of the rows, and the same scores in every mode: ${metric}, ${name}`, async () => {
        const expected = expectedRows(metric, left, right);
        const isDirection = metric === "cosine" || metric === "correlation";
        const variants = [
          [left, right],
          [inFloat32(left), left === right ? null : inFloat32(right)],
        ];
        if (isDirection) variants.push([scaled(left), left === right ? null : scaled(right)]);
        let scores: string[] | null = null;
        for (const [one, other] of variants as [VectorSet, VectorSet | null][]) {
          for (const how of ENGINES) {
            if (how.backend === "mathjs" && one.values instanceof Float32Array) continue;
            const nearest = new NearestRows(left.rows, { k: K, excludeSelf: left === right });
            await nearest.add(await metricTiles(metric, one, other ?? one, how));
            const found = nearest.result();
            const message = JSON.stringify({ ...how, runtime: how.runtime?.pool.threads });
            const rows = expected.map((_, i) => Array.from(found.rows.subarray(i * K, (i + 1) * K)));
            expect(rows, message).to.deep.equal(expected);
            scores ??= bits(found.scores);
            expect(bits(found.scores), message).to.deep.equal(scores);
          }
        }
      });
    }
  }

  it("are the same pairs at a threshold that is a score", async () => {
    const { exact } = await metricTiles("cosine", counts, counts);
    const bound = exact(3, 17);
    const rows = rowsOf(counts);
    // Squares of cosines, compared as fractions.
    const square = (x: number[], y: number[]) => {
      const dot = (u: number[], v: number[]) => BigInt(u.reduce((sum, z, k) => sum + z * v[k]!, 0));
      return [dot(x, y) ** 2n, dot(x, x) * dot(y, y)] as const;
    };
    const [p, q] = square(rows[3]!, rows[17]!);
    const expected = rows.flatMap((x, i) =>
      rows.flatMap((y, j) => {
        const [r, s] = square(x, y);
        return j > i && r * q >= p * s ? [[i, j]] : [];
      }),
    );
    expect(expected.length).to.be.within(10, 1700);
    for (const how of ENGINES) {
      const found: number[][] = [];
      await findPairs(await metricTiles("cosine", counts, counts, how), bound, (i, j) => found.push([i, j]));
      expect(found).to.have.deep.members(expected);
    }
  });
});
