import { expect } from "chai";
import fc from "fast-check";
import { vectorsFrom } from "#dist/core/vectors.js";
import { hubsOf } from "#dist/neighbours/hubs.js";
import { NearestRows, type Neighbours } from "#dist/neighbours/nearest-rows.js";
import { neighbourOverlap } from "#dist/neighbours/overlap.js";
import { cosineTiles } from "#dist/similarity/similarity.js";
import { digits, expectClose, fixtureJson } from "../reference.js";

interface Case {
  readonly k: number;
  readonly persistence: number;
  readonly jaccard: readonly number[];
  readonly rankBiased: readonly number[];
  readonly skewness: number | null;
  readonly occurrences: readonly number[];
}

/** Returns lists of neighbours as the search does. */
function listsOf(lists: readonly (readonly number[])[], k: number): Neighbours {
  const rows = new Int32Array(lists.length * k);
  for (const [query, list] of lists.entries()) rows.set(list, query * k);
  const counts = Int32Array.from(lists, (list) => list.length);
  return { k, counts, rows, scores: new Float64Array(rows.length), ids: [] };
}

const overlapOf = (left: readonly number[], right: readonly number[], persistence: number) => {
  const { jaccard, rankBiased } = neighbourOverlap(listsOf([left], 8), listsOf([right], 8), persistence);
  return { jaccard: jaccard[0]!, rankBiased: rankBiased[0]! };
};

/** Lists of different rows. */
const list = fc.uniqueArray(fc.nat(12), { minLength: 1, maxLength: 8 });
const persistence = fc.double({ min: 0.05, max: 0.95, noNaN: true });

describe("the overlap of neighbours", () => {
  it("agrees with the published definitions for digits and a projection of them", async () => {
    const { b, cases } = fixtureJson<{ b: number[][]; cases: Case[] }>("neighbours/overlap.json");
    const [one, other] = [digits().a, vectorsFrom(b)];
    for (const { k, persistence: p, ...expected } of cases) {
      const find = async (set: typeof one) => {
        const nearest = new NearestRows(set.rows, { k, excludeSelf: true });
        await nearest.add(await cosineTiles(set, set));
        return nearest.result();
      };
      const [ofOne, ofOther] = [await find(one), await find(other)];
      const { jaccard, rankBiased } = neighbourOverlap(ofOne, ofOther, p);
      expectClose(jaccard, expected.jaccard, 1e-15);
      expectClose(rankBiased, expected.rankBiased, 1e-13);
      const { occurrences, skewness } = hubsOf(ofOne, one.rows);
      expect(Array.from(occurrences)).to.deep.equal(expected.occurrences);
      expectClose([skewness], [expected.skewness], 1e-12);
    }
  });

  it("is 1 for equal lists and 0 for lists without a common row", () => {
    fc.assert(
      fc.property(list, persistence, (rows, p) => {
        const same = overlapOf(rows, rows, p);
        expect(same.jaccard).to.equal(1);
        expect(same.rankBiased).to.be.closeTo(1, 1e-12);
        const moved = rows.map((row) => row + 100);
        expect(overlapOf(rows, moved, p)).to.deep.equal({ jaccard: 0, rankBiased: 0 });
      }),
    );
  });

  it("is symmetric and in [0, 1], and does not depend on the order in the Jaccard index", () => {
    fc.assert(
      fc.property(list, list, persistence, (left, right, p) => {
        const found = overlapOf(left, right, p);
        const turned = overlapOf(right, left, p);
        expect(turned.jaccard).to.equal(found.jaccard);
        expect(turned.rankBiased).to.be.closeTo(found.rankBiased, 1e-12);
        expect(found.jaccard).to.be.within(0, 1);
        expect(found.rankBiased).to.be.within(0, 1);
        expect(overlapOf([...left].reverse(), right, p).jaccard).to.equal(found.jaccard);
      }),
    );
  });

  it("counts near neighbours more than far ones", () => {
    const first = overlapOf([1, 2, 3, 4], [1, 5, 6, 7], 0.9).rankBiased;
    const last = overlapOf([1, 2, 3, 4], [5, 6, 7, 4], 0.9).rankBiased;
    expect(first).to.be.above(last);
  });

  it("is unknown for a row without neighbours in both sets, and 0 if one set has some", () => {
    expect(overlapOf([], [], 0.9)).to.deep.equal({ jaccard: Number.NaN, rankBiased: Number.NaN });
    expect(overlapOf([], [1], 0.9)).to.deep.equal({ jaccard: 0, rankBiased: 0 });
  });
});
