import { expect } from "chai";
import fc from "fast-check";
import { hold } from "#dist/core/matrix.js";
import { sharedBytes, type VectorSet, vectorsFrom } from "#dist/core/vectors.js";
import { createRuntime, type Runtime } from "#dist/kernels/runtime.js";
import { findPairs } from "#dist/neighbours/near-pairs.js";
import { NearestRows } from "#dist/neighbours/nearest-rows.js";
import { computeTiles, type MetricTiles } from "#dist/similarity/compute.js";
import type { BitMetricName, ComputeOptions } from "#dist/similarity/options.js";
import { pairScores } from "#dist/similarity/pair-scores.js";
import { searchableTiles } from "#dist/similarity/searchable.js";
import { failure, fixtureJson } from "../reference.js";

interface BitsFixture {
  readonly dimensions: number;
  readonly queries: number[][];
  readonly corpus: number[][];
  readonly hamming: number[][];
  readonly jaccard: number[][];
  readonly k: number;
  readonly nearest: number[][];
}

const METRICS: readonly BitMetricName[] = ["hamming", "jaccard"];
const BACKENDS: readonly ComputeOptions[] = [{ backend: "wasm" }, { backend: "js" }, { mode: "loop" }, {}];

function setOf(rows: readonly (readonly number[])[], dimensions: number): VectorSet {
  const bits = sharedBytes(rows.length * Math.ceil(dimensions / 8));
  bits.set(rows.flat());
  const names = { ids: null, columnNames: null, labels: null, name: "bits", lines: null };
  return { values: new Float32Array(0), bits, rows: rows.length, dimensions, ...names };
}

/** Returns rows of bytes whose last bits are 0. */
const bitRows = (dimensions: number, maxLength: number) =>
  fc.array(
    fc
      .array(fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constant(0), fc.constant(255)), {
        minLength: Math.ceil(dimensions / 8),
        maxLength: Math.ceil(dimensions / 8),
      })
      .map((bytes) => bytes.with(-1, bytes.at(-1)! & (0xff00 >> (dimensions % 8 || 8)) & 0xff)),
    { minLength: 1, maxLength },
  );

const bitList = (row: readonly number[]): boolean[] =>
  row.flatMap((byte) => Array.from({ length: 8 }, (_, k) => (byte & (128 >> k)) > 0));

/** Returns a metric by its definition, bit by bit. */
function naive(metric: BitMetricName, a: readonly number[], b: readonly number[]): number {
  const [x, y] = [bitList(a), bitList(b)];
  const count = (test: (bit: boolean, other: boolean) => boolean) => x.filter((bit, k) => test(bit, y[k]!)).length;
  if (metric === "hamming") return count((bit, other) => bit !== other);
  const either = count((bit, other) => bit || other);
  return either === 0 ? 1 : count((bit, other) => bit && other) / either;
}

/** Returns the numbers and scores of the k nearest rows by sorting the scores of all. */
function sorted(metric: BitMetricName, scores: readonly number[], k: number, except = -1) {
  const sign = metric === "hamming" ? 1 : -1;
  return scores
    .map((score, column) => ({ column, score }))
    .filter(({ column }) => column !== except)
    .sort((one, other) => sign * (one.score - other.score) || one.column - other.column)
    .slice(0, k);
}

/** Returns the scores of rows with other rows. */
const scoresOf = (metric: BitMetricName, a: number[][], b: number[][]): number[][] =>
  a.map((row) => b.map((other) => naive(metric, row, other)));

async function nearest(scores: MetricTiles, k: number, excludeSelf: boolean, minScore?: number) {
  const found = new NearestRows(scores.rows, { k, excludeSelf, ...(minScore !== undefined && { minScore }) });
  await found.add(scores);
  const { counts, rows, scores: values } = found.result();
  return Array.from(counts, (count, i) =>
    Array.from({ length: count }, (_, rank) => ({ column: rows[i * k + rank]!, score: values[i * k + rank]! })),
  );
}

describe("metrics of packed bits", () => {
  const fixture = fixtureJson<BitsFixture>("quantization/bits.json");
  const [queries, corpus] = [fixture.queries, fixture.corpus].map((rows) => setOf(rows, fixture.dimensions)) as [
    VectorSet,
    VectorSet,
  ];
  let runtime: Runtime;
  before(() => {
    runtime = createRuntime({ threads: 2 });
  });
  after(() => runtime.dispose());

  it("are those of SciPy, also of rows without set bits", async () => {
    for (const metric of METRICS) {
      for (const options of BACKENDS) {
        const { values } = await hold(await computeTiles(metric, queries, corpus, { ...options, runtime }));
        const expected = fixture[metric].flat();
        for (const [cell, value] of values.entries()) expect(value).to.be.closeTo(expected[cell]!, 1e-15);
      }
    }
    expect(fixture.jaccard.flat()).to.include(1).and.to.include(0);
  });

  it("find the distances of faiss", async () => {
    for (const options of BACKENDS) {
      const scores = await searchableTiles("hamming", queries, corpus, { ...options, runtime });
      const found = await nearest(scores, fixture.k, false);
      expect(found.map((row) => row.map(({ score }) => score))).to.deep.equal(fixture.nearest);
    }
  });

  it("have the metrics of components 1 and -1 that depend on the differing bits only", async () => {
    const components = (set: readonly (readonly number[])[]) =>
      vectorsFrom(
        set.map((row) =>
          bitList(row)
            .slice(0, fixture.dimensions)
            .map((bit) => (bit ? 1 : -1)),
        ),
      );
    const [left, right] = [components(fixture.queries), components(fixture.corpus)];
    for (const metric of ["cosine", "dot", "euclidean", "sqeuclidean", "manhattan"] as const) {
      const { exact } = await computeTiles(metric, left, right);
      const expected = Array.from({ length: 400 }, (_, cell) => exact(Math.floor(cell / 40), cell % 40));
      for (const options of BACKENDS) {
        const { values } = await hold(await searchableTiles(metric, queries, corpus, { ...options, runtime }));
        expect(Array.from(values)).to.deep.equal(expected);
      }
      const pairs = { first: [1, 2], second: [3, 7] };
      expect(Array.from(await pairScores(metric, queries, corpus, pairs))).to.deep.equal([expected[43], expected[87]]);
    }
    const { message } = await failure(computeTiles("chebyshev", queries, corpus));
    expect(message).to.equal("bits (10×37): expected components for the chebyshev, found packed bits");
  });

  it("refuse components", async () => {
    const { bits: _, ...components } = { ...queries, values: new Float32Array(370) };
    const { message } = await failure(computeTiles("hamming", components, components));
    expect(message).to.equal("bits (10×37): expected rows of packed bits, found components");
  });

  const cases = fc.integer({ min: 1, max: 600 }).chain((dimensions) =>
    fc.record({
      dimensions: fc.constant(dimensions),
      a: bitRows(dimensions, 9),
      b: bitRows(dimensions, 70),
      metric: fc.constantFrom(...METRICS),
      k: fc.integer({ min: 1, max: 80 }),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
  );

  it("equal a count of each bit in every backend, in tiles, blocks and pairs", async () => {
    await fc.assert(
      fc.asyncProperty(cases, async ({ dimensions, a, b, metric }) => {
        const [left, right] = [setOf(a, dimensions), setOf(b, dimensions)];
        const expected = scoresOf(metric, a, b).flat();
        const ofSelf = scoresOf(metric, a, a).flat();
        for (const options of BACKENDS) {
          const scores = await computeTiles(metric, left, right, { ...options, runtime });
          expect(Array.from((await hold(scores)).values)).to.deep.equal(expected);
          const self = await computeTiles(metric, left, left, { ...options, runtime });
          const found = new Float64Array(a.length ** 2).fill(Number.NaN);
          for await (const block of (self.blocks ?? self.tiles)()) {
            const { firstRow, firstColumn = 0, rows, columns, values, mirrored } = block;
            for (let k = 0; k < rows * columns; k++) {
              const [i, j] = [firstRow + Math.floor(k / columns), firstColumn + (k % columns)];
              found[i * a.length + j] = values[k]!;
              if (mirrored) found[j * a.length + i] = values[k]!;
            }
          }
          expect(Array.from(found)).to.deep.equal(ofSelf);
          const paired = await computeTiles(metric, left, left, { ...options, runtime, paired: true });
          expect(Array.from((await hold(paired)).values)).to.deep.equal(a.map((row) => naive(metric, row, row)));
        }
      }),
      { numRuns: 40 },
    );
  });

  it("find the nearest rows, ties in the order of the rows, in every backend", async () => {
    await fc.assert(
      fc.asyncProperty(cases, async ({ dimensions, a, b, metric, k, share }) => {
        // More rows than a block of the kernels has, many of them equal.
        const rows = Array.from({ length: 1100 }, (_, i) => b[(i * 7) % b.length]!);
        const few = Math.min(k, 275);
        const [left, right] = [setOf(a, dimensions), setOf(rows, dimensions)];
        const expected = scoresOf(metric, a, b).map((scores) =>
          sorted(
            metric,
            rows.map((_, i) => scores[(i * 7) % b.length]!),
            few,
          ),
        );
        const bound = metric === "hamming" ? share * dimensions : share;
        const near = (score: number) => (metric === "hamming" ? score <= bound : score >= bound);
        for (const options of BACKENDS) {
          const scores = await searchableTiles(metric, left, right, { ...options, runtime });
          expect(await nearest(scores, few, false)).to.deep.equal(expected);
          expect(await nearest(scores, few, false, bound)).to.deep.equal(
            expected.map((row) => row.filter(({ score }) => near(score))),
          );
        }
      }),
      { numRuns: 25 },
    );
  });

  it("find more neighbours than there are rows, without the row itself", async () => {
    await fc.assert(
      fc.asyncProperty(cases, async ({ dimensions, b, metric, k }) => {
        const set = setOf(b, dimensions);
        const expected = scoresOf(metric, b, b).map((scores, i) => sorted(metric, scores, k, i));
        for (const options of BACKENDS) {
          const scores = await searchableTiles(metric, set, set, { ...options, runtime });
          expect(await nearest(scores, k, true)).to.deep.equal(expected);
        }
      }),
      { numRuns: 25 },
    );
  });

  it("find the pairs that reach a score, in the order of the rows", async () => {
    await fc.assert(
      fc.asyncProperty(cases, async ({ dimensions, a, b, metric, share }) => {
        const [left, right] = [setOf(a, dimensions), setOf(b, dimensions)];
        const bound = metric === "hamming" ? Math.round(share * dimensions) : share;
        const near = (score: number) => (metric === "hamming" ? score <= bound : score >= bound);
        const expected = (rows: number[][], columns: number[][], isPair: (i: number, j: number) => boolean) =>
          scoresOf(metric, rows, columns).flatMap((scores, i) =>
            sorted(metric, scores, columns.length)
              .filter(({ column, score }) => isPair(i, column) && near(score))
              .map(({ column, score }) => [i, column, score]),
          );
        for (const options of BACKENDS) {
          const pairs = async (one: VectorSet, other: VectorSet) => {
            const found: number[][] = [];
            const scores = await searchableTiles(metric, one, other, { ...options, runtime, upper: one === other });
            await findPairs(scores, bound, (...pair) => found.push(pair), { twoSets: one !== other });
            return found;
          };
          expect(await pairs(right, right)).to.deep.equal(expected(b, b, (i, j) => i < j));
          expect(await pairs(left, right)).to.deep.equal(expected(a, b, () => true));
        }
      }),
      { numRuns: 25 },
    );
  });

  it("count more bits than a byte can", async () => {
    const d = 8 * 16 * 40;
    const row = (byte: number) => Array.from({ length: d / 8 }, () => byte);
    const [ones, set] = [setOf([row(255)], d), setOf([row(0), row(1), row(255)], d)];
    const { values } = await hold(await computeTiles("hamming", ones, set, { backend: "wasm", runtime }));
    expect(Array.from(values)).to.deep.equal([d, (d * 7) / 8, 0]);
  });
});
