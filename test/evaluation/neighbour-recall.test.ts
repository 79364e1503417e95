import { expect } from "chai";
import fc from "fast-check";
import type { NeighbourLists } from "#dist/core/neighbour-lists.js";
import { neighbourRecall, type RecallOptions } from "#dist/evaluation/neighbour-recall.js";
import { fixtureJson } from "../reference.js";

interface Expected {
  readonly queries: readonly number[][];
  readonly corpus: readonly number[][];
  readonly truth: readonly number[][];
  readonly distances: readonly number[][];
  readonly found: readonly number[][];
  readonly cases: readonly {
    readonly k: number;
    readonly hits: readonly number[];
    readonly withinTolerance: readonly number[];
  }[];
}

type Rows = readonly (readonly number[])[];

const lists = (name: string, rows: Rows, distances: Rows | null = null): NeighbourLists => ({
  name,
  queries: rows.length,
  width: rows[0]!.length,
  neighbours: Float64Array.from(rows.flat()),
  distances: distances && Float64Array.from(distances.flat()),
});

describe("neighbourRecall", () => {
  const expected = fixtureJson<Expected>("neighbours/recall.json");
  const { queries, corpus, found, truth, distances, cases } = expected;
  const squared = (x: readonly number[], y: readonly number[]) =>
    x.reduce((sum, value, i) => sum + (value - y[i]!) ** 2, 0);
  const foundDistances = found.map((list, query) =>
    list.map((row) => (row < 0 ? Number.NaN : squared(queries[query]!, corpus[row]!))),
  );
  const compare = (one: NeighbourLists, other: NeighbourLists, options: Partial<RecallOptions> = {}) =>
    neighbourRecall(one, other, { k: cases.map(({ k }) => k), ...options });

  it("counts the common neighbours, and with distances those within the tolerance of ann-benchmarks", () => {
    const result = compare(lists("truth", truth, distances), lists("found", found, foundDistances));
    expect(
      result.at.map(({ k, hits, withinTolerance }) => ({ k, hits: [...hits], withinTolerance: [...withinTolerance!] })),
    ).to.deep.equal(cases.map(({ k, hits, withinTolerance }) => ({ k, hits, withinTolerance })));
    expect(result.negative).to.equal(found.flat().filter((row) => row < 0).length);
    expect(result).to.include({ repeated: 0, missing: 0, disagreement: null });
    const { at } = compare(lists("truth", truth), lists("found", found));
    expect(at.map(({ hits }) => [...hits])).to.deep.equal(cases.map(({ hits }) => hits));
    expect(at.map(({ withinTolerance }) => withinTolerance)).to.deep.equal([null, null, null, null]);
  });

  it("takes similarities, which are nearer if they are greater", () => {
    const negated = (rows: Rows) => rows.map((row) => row.map((value) => -value));
    const one = lists("truth", truth, negated(distances));
    const { at } = compare(one, lists("found", found, negated(foundDistances)));
    expect(at.map(({ withinTolerance }) => [...withinTolerance!])).to.deep.equal(
      cases.map(({ withinTolerance }) => withinTolerance),
    );
  });

  it("knows without distances of the found what the truth decides", () => {
    // The last neighbour of the truth is farther than the tolerance of k = 2, but not than that of k = 3.
    const one = lists("truth", [[0, 1, 2, 3]], [[1, 2, 2, 3]]);
    const of = (row: readonly number[], k: number) =>
      compare(one, lists("found", [row]), { k: [k] }).at[0]!.withinTolerance;
    expect(of([0, 2, 9, 8], 2)).to.deep.equal(Float64Array.of(2));
    expect(of([9, 2, 0, 8], 2)).to.deep.equal(Float64Array.of(1));
    expect(of([0, 1, 2, 9], 4)).to.equal(null);
    expect(of([0, 1, 2, 3], 4)).to.deep.equal(Float64Array.of(4));
    expect(compare(one, lists("found", [[3, 9]]), { k: [1], epsilon: 5 }).at[0]!.withinTolerance![0]).to.equal(1);
  });

  it("counts a repeated neighbour once, and a short list as lacking neighbours", () => {
    const one = lists("truth", [[0, 1, 2]]);
    const result = compare(one, lists("found", [[2, 2]]), { k: [3] });
    expect([...result.at[0]!.hits]).to.deep.equal([1]);
    expect(result).to.include({ repeated: 1, missing: 1, negative: 0 });
    const padded = compare(one, lists("found", [[2, Number.NaN, Number.NaN]]), { k: [3] });
    expect(padded).to.include({ repeated: 0, missing: 2, negative: 0 });
  });

  it("reports the first neighbour whose distances differ", () => {
    const one = lists(
      "truth",
      [
        [0, 1],
        [1, 0],
      ],
      [
        [1, 4],
        [1, 9],
      ],
    );
    const result = compare(
      one,
      lists(
        "found",
        [
          [0, 1],
          [1, 0],
        ],
        [
          [1, 4],
          [1, 3],
        ],
      ),
      { k: [2] },
    );
    expect(result.disagreement).to.deep.equal({ query: 1, neighbour: 0, truth: 9, found: 3 });
    const rounded = lists(
      "found",
      [
        [0, 1],
        [1, 0],
      ],
      [
        [1, 4.0009],
        [1, 9.0009],
      ],
    );
    expect(compare(one, rounded, { k: [2] }).disagreement).to.equal(null);
  });

  it("refuses a truth with fewer or repeated neighbours", () => {
    const other = lists("found", [[0, 1, 2]]);
    expect(() => compare(lists("t", [[0, 1, -1]]), other, { k: [3] })).to.throw(
      "t: expected 3 neighbours for each query, found 2 for query 0",
    );
    expect(() => compare(lists("t", [[0, 1, 1]]), other, { k: [3] })).to.throw(
      "t: expected each neighbour once, found 1 twice for query 0",
    );
    expect([...compare(lists("t", [[0, 1, 1]]), other, { k: [2] }).at[0]!.hits]).to.deep.equal([2]);
  });

  const truths = fc
    .integer({ min: 1, max: 8 })
    .chain((width) =>
      fc.array(fc.uniqueArray(fc.nat(20), { minLength: width, maxLength: width }), { minLength: 1, maxLength: 5 }),
    );

  it("is k for a truth against itself", () => {
    fc.assert(
      fc.property(truths, (rows) => {
        const ascending = rows.map((row) => row.map((_, rank) => rank / 2000));
        const one = lists("truth", rows, ascending);
        const k = rows[0]!.map((_, rank) => rank + 1);
        for (const { k: own, hits, withinTolerance } of compare(one, one, { k }).at) {
          expect([...hits], `k = ${own}`).to.deep.equal(rows.map(() => own));
          expect([...withinTolerance!]).to.deep.equal([...hits]);
        }
      }),
    );
  });

  it("does not depend on the order of the first k, and ties only add to it", () => {
    const distanceOf = (row: number) => Math.floor(row / 3);
    const sorted = truths.map((rows) => rows.map((row) => [...row].sort((x, y) => distanceOf(x) - distanceOf(y))));
    fc.assert(
      fc.property(sorted, fc.array(fc.integer({ min: -1, max: 20 }), { minLength: 8, maxLength: 8 }), (rows, other) => {
        const k = rows[0]!.length;
        const distancesOf = (list: Rows) => list.map((row) => row.map(distanceOf));
        const own = rows.map(() => other.slice(0, k));
        const turned = own.map((row) => [...row].reverse());
        const one = lists("truth", rows, distancesOf(rows));
        const of = (list: Rows) => compare(one, lists("found", list, distancesOf(list)), { k: [k] }).at[0]!;
        const [plain, reversed] = [of(own), of(turned)];
        expect(reversed).to.deep.equal(plain);
        for (const [query, hits] of plain.hits.entries()) {
          const common = new Set(own[query]!.filter((row) => rows[query]!.includes(row)));
          expect(hits).to.equal(common.size);
          expect(plain.withinTolerance![query]).to.be.within(hits, k);
        }
      }),
    );
  });
});
