import { expect } from "chai";
import type { ScoredMatrix } from "#dist/core/matrix.js";
import { Phases } from "#dist/core/phases.js";
import { relevanceByLabel } from "#dist/core/relevance.js";
import { type VectorSet, vectorsFrom } from "#dist/core/vectors.js";
import { createRuntime } from "#dist/kernels/runtime.js";
import { mineNegatives } from "#dist/neighbours/miner.js";
import { findPairs } from "#dist/neighbours/near-pairs.js";
import { NearestRows } from "#dist/neighbours/nearest-rows.js";
import { computeTiles } from "#dist/similarity/compute.js";
import type { ComputeOptions, MetricName } from "#dist/similarity/options.js";
import { searchableTiles } from "#dist/similarity/searchable.js";
import { drawing, failure, randomRows, runtimeOf } from "../reference.js";

const N = 1300;
const D = 80;
const hasBlas = runtimeOf(2).findBlas().blas !== null;

type Rows = readonly (readonly number[])[];

/** Rows for which float32 products decide much, little or nothing. */
const DATA: { readonly [name: string]: () => Rows } = {
  "random rows": () => randomRows(N, D, 1).map((row) => [...row]),
  "whole numbers with many ties": () => randomRows(N, D, 2).map((row) => [...row].map((x) => Math.round(x))),
  "rows that are nearly equal": () => randomRows(N, D, 3).map((row) => [...row].map((x) => 1 + 1e-9 * x)),
  "rows of which half are nearly equal": () =>
    randomRows(N, D, 4).map((row, i) => [...row].map((x) => (i % 2 === 0 ? x : 1 + 1e-9 * x))),
  "lengths of very different sizes": () =>
    randomRows(N, D, 5).map((row, i) => [...row].map((x) => x * 10 ** ((i % 25) - 12))),
  "rows far from the origin": () => randomRows(N, D, 6).map((row) => [...row].map((x) => x + 1e5)),
};

const PRODUCTS: readonly MetricName[] = ["cosine", "correlation", "dot", "euclidean", "sqeuclidean"];

async function nearest(scores: ScoredMatrix, k: number, excludeSelf = true) {
  const found = new NearestRows(scores.rows, { k, excludeSelf });
  await found.add(scores);
  const { counts, rows, scores: values } = found.result();
  return { counts, rows, values };
}

async function pairsOf(scores: ScoredMatrix, minScore: number, twoSets = false): Promise<number[][]> {
  const pairs: number[][] = [];
  await findPairs(scores, minScore, (...pair) => pairs.push(pair), { twoSets });
  return pairs;
}

/** Expects two results to be the same, without long texts of arrays. */
function expectSame(found: unknown, expected: unknown, what: string): void {
  expect(JSON.stringify(found) === JSON.stringify(expected), what).to.equal(true);
}

const VARIANTS: readonly ComputeOptions[] = [
  { backend: "wasm", runtime: runtimeOf(1) },
  { backend: "wasm", runtime: runtimeOf(3), workBytes: 3 * 512 * 700 },
  ...(hasBlas ? ([{ backend: "blas", runtime: runtimeOf(2) }] as const) : []),
];

describe("searchableTiles", () => {
  for (const [name, rows] of Object.entries(DATA)) {
    it(`finds the same rows, pairs and scores as the tiles: ${name}`, async function () {
      this.timeout(120_000);
      const set = vectorsFrom(rows());
      const other = vectorsFrom(rows().slice(0, 1299));
      for (const metric of PRODUCTS) {
        const tiles = await computeTiles(metric, set, set, { backend: "wasm", runtime: runtimeOf(2) });
        const expected = await nearest(tiles, 7);
        const most = expected.values[Math.floor(expected.values.length / 2)]!;
        const expectedPairs = name.includes("equal") ? null : await pairsOf(tiles, most);
        for (const options of VARIANTS) {
          const screened = await searchableTiles(metric, set, set, options);
          expect(screened.screen, "a screen").to.be.an("object");
          expectSame(await nearest(screened, 7), expected, `${metric}, nearest`);
          if (expectedPairs) expectSame(await pairsOf(screened, most), expectedPairs, `${metric}, pairs`);
        }
        const [options] = VARIANTS;
        const two = await searchableTiles(metric, other, set, options);
        const tilesOfTwo = await computeTiles(metric, other, set, options);
        expectSame(await nearest(two, 5, false), await nearest(tilesOfTwo, 5, false), `${metric}, two sets`);
        if (expectedPairs) {
          expectSame(await pairsOf(two, most, true), await pairsOf(tilesOfTwo, most, true), `${metric}, pairs of two`);
        }
      }
    });
  }

  it("screens few queries of a large set, which is not copied as float64", async () => {
    const [next, d, n] = [drawing(3), 64, 1 << 16];
    const values = Float32Array.from({ length: n * d }, () => next() - 0.5);
    const corpus: VectorSet = { ...vectorsFrom([[0]]), values, rows: n, dimensions: d };
    const query: VectorSet = { ...corpus, values: values.slice(0, d), rows: 1 };
    const scores = await searchableTiles("cosine", query, corpus, VARIANTS[0]);
    expect(scores.screen, "a screen").to.be.an("object");
    const tiles = await computeTiles("cosine", query, corpus, { mode: "loop" });
    expectSame(await nearest(scores, 5, false), await nearest(tiles, 5, false), "nearest");
    const less: VectorSet = { ...corpus, rows: n - 1, values: values.subarray(d) };
    expect((await searchableTiles("cosine", query, less, VARIANTS[0])).screen ?? null).to.equal(null);
  });

  it("mines the same negatives as the tiles", async () => {
    const set = vectorsFrom(DATA["random rows"]!());
    const labels = Array.from({ length: N }, (_, i) => String(i % 300));
    const relevance = relevanceByLabel(labels, labels, true);
    const common = { negatives: 4, rangeMin: 2, sampling: "top", seed: 1, excludeSelf: true } as const;
    for (const more of [
      { kind: "hard" },
      { kind: "hard", rangeMax: 50, sampling: "random" },
      { kind: "semi-hard" },
      { kind: "random", sampling: "random" },
      { kind: "hard", margin: 0.05 },
    ] as const) {
      const options = { ...common, ...more };
      const tiles = await computeTiles("cosine", set, set, { backend: "wasm" });
      const expected = await mineNegatives(tiles, relevance, options);
      const found = await mineNegatives(await searchableTiles("cosine", set, set, VARIANTS[1]), relevance, options);
      for (const field of ["counts", "rows", "scores", "positives"] as const) {
        expectSame(found[field], expected[field], `${JSON.stringify(more)}, ${field}`);
      }
      expect([...found.passedOver].sort()).to.deep.equal([...expected.passedOver].sort());
    }
  });

  it("gives float32 numbers the scores of the same doubles, and rows without a direction none", async () => {
    const rows = randomRows(N, D, 8).map((row, i) => [...row].map((x) => Math.fround(x * (1 + (i % 9)))));
    rows[5] = rows[5]!.map(() => 0);
    const set = vectorsFrom(rows);
    const floats: VectorSet = { ...set, values: new Float32Array(set.values) };
    const [some, someFloats] = [set, floats].map((all) => {
      return { ...all, rows: N - 100, values: all.values.subarray(100 * D) };
    }) as [VectorSet, VectorSet];
    for (const zeroVectors of ["nan", "zero"] as const) {
      const tiles = await computeTiles("cosine", set, set, { zeroVectors });
      const expected = await nearest(tiles, 3);
      const expectedPairs = await pairsOf(tiles, 0.5);
      const expectedOfTwo = await nearest(await computeTiles("cosine", some, set, { zeroVectors }), 3, false);
      for (const variant of VARIANTS) {
        const options = { ...variant, zeroVectors };
        const screened = await searchableTiles("cosine", floats, floats, options);
        expectSame(await nearest(screened, 3), expected, `${zeroVectors}, nearest`);
        expectSame(await pairsOf(screened, 0.5), expectedPairs, `${zeroVectors}, pairs`);
        const two = await searchableTiles("cosine", someFloats, floats, options);
        expectSame(await nearest(two, 3, false), expectedOfTwo, `${zeroVectors}, two sets`);
      }
    }
    expect((await failure(searchableTiles("cosine", floats, floats))).message).to.match(/found a zero vector/);
  });

  it("has no screen for few products, other metrics, loop mode and numbers that may overflow", async () => {
    const small = vectorsFrom(randomRows(50, 4, 1));
    expect((await searchableTiles("cosine", small, small)).screen ?? null).to.equal(null);
    const set = vectorsFrom(DATA["random rows"]!());
    for (const metric of ["manhattan", "chebyshev"] as const) {
      expect((await searchableTiles(metric, set, set)).screen ?? null).to.equal(null);
    }
    expect((await searchableTiles("cosine", set, set, { mode: "loop" })).screen ?? null).to.equal(null);
    const huge = { ...set, values: set.values.map((x) => x * 1e200) };
    expect((await searchableTiles("dot", huge, huge)).screen ?? null).to.equal(null);
  });

  it("computes few exact scores, and half of the cells of a set that is compared with itself", async () => {
    const set = vectorsFrom(DATA["random rows"]!());
    const phases = new Phases();
    await nearest(await searchableTiles("cosine", set, set, { phases, backend: "wasm" }), 10);
    expect(phases.exactScores).to.be.within(10 * N, 11 * N);
    // Three blocks of rows: two of 512, one of 276.
    expect(phases.skippedCells).to.equal((N ** 2 - 2 * 512 ** 2 - 276 ** 2) / 2);
  });

  it("ends its threads' work when the consumer stops", async () => {
    const set = vectorsFrom(DATA["random rows"]!());
    const runtime = createRuntime({ threads: 2 });
    const scores = await searchableTiles("cosine", set, set, { backend: "wasm", runtime });
    for await (const part of (await scores.screen!.nearest({ k: 3, selfOffset: null }))!) {
      expect(part.columns.length).to.be.above(0);
      break;
    }
    expectSame(
      await nearest(scores, 3),
      await nearest(await computeTiles("cosine", set, set, { runtime }), 3),
      "after a stop",
    );
    await runtime.dispose();
  });
});
