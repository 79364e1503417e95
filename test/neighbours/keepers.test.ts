import { expect } from "chai";
import fc from "fast-check";
import { vectorsFrom } from "#dist/core/vectors.js";
import { byCentrality, componentKeepers, greedyKeepers, type Keepers } from "#dist/neighbours/keepers.js";
import { computeTiles } from "#dist/similarity/compute.js";
import { searchableTiles } from "#dist/similarity/searchable.js";
import { randomRows } from "../reference.js";
import { eitherWay, scored, scoreRows } from "./support.js";

type Scores = readonly (readonly number[])[];

/** Square matrices that are their own transpose, with many ties. */
const symmetric = scoreRows(2).map((rows) => {
  const size = Math.min(rows.length, rows[0]!.length);
  return Array.from({ length: size }, (_, i) =>
    Array.from({ length: size }, (_, j) => rows[Math.min(i, j)]![Math.max(i, j)]!),
  );
});
const bounds = fc.constantFrom(0.25, 0, -2, 2);
const signOf = (nearer: "greater" | "less") => (nearer === "greater" ? 1 : -1);

/** Keeps rows one by one by definition. */
function greedily(exact: Scores, nearer: "greater" | "less", bound: number): [number[], number[]] {
  const sign = signOf(nearer);
  const keeperOf: number[] = [];
  const scores: number[] = [];
  for (const [row, own] of exact.entries()) {
    const near = [...Array(row).keys()].filter(
      (other) => keeperOf[other] === other && sign * own[other]! >= sign * bound,
    );
    const keeper = near.reduce(
      (best, other) => (sign * own[other]! > sign * own[best]! ? other : best),
      near[0] ?? row,
    );
    keeperOf.push(keeper);
    scores.push(keeper === row ? Number.NaN : own[keeper]!);
  }
  return [keeperOf, scores];
}

const listed = ({ keeperOf, scores }: Keepers) => [[...keeperOf], [...scores].map((score) => score + 0)];

describe("keepers", () => {
  it("are kept one by one, as the definition says; removed rows reach the bound, kept rows do not", async () => {
    await fc.assert(
      fc.asyncProperty(symmetric, eitherWay, bounds, async (exact, nearer, bound) => {
        const found = await greedyKeepers(scored(exact, nearer), bound);
        const [keeperOf, scores] = greedily(exact, nearer, bound);
        expect(listed(found)).to.deep.equal([keeperOf, scores.map((score) => score + 0)]);
        const sign = signOf(nearer);
        for (const [row, keeper] of found.keeperOf.entries()) {
          expect(found.keeperOf[keeper]).to.equal(keeper);
          if (keeper !== row) expect(sign * exact[row]![keeper]!).to.be.at.least(sign * bound);
          for (const other of found.keeperOf) {
            if (keeper === row && other !== row) expect(sign * exact[row]![other]! >= sign * bound).to.equal(false);
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it("of components are the first row or the medoid of each group, as the definition says", async () => {
    await fc.assert(
      fc.asyncProperty(symmetric, eitherWay, bounds, async (exact, nearer, bound) => {
        const sign = signOf(nearer);
        const reach = (row: number, seen = new Set([row])): Set<number> => {
          for (const [other, score] of exact[row]!.entries()) {
            if (sign * score >= sign * bound && !seen.has(other)) reach(other, seen.add(other));
          }
          return seen;
        };
        const groups = exact.map((_, row) => [...reach(row)].sort((x, y) => x - y));
        const first = await componentKeepers(scored(exact, nearer), bound);
        expect([...first.keeperOf]).to.deep.equal(groups.map(([row]) => row));
        const medoid = await componentKeepers(scored(exact, nearer), bound, "medoid");
        const sumOf = (row: number, group: readonly number[]) =>
          group.reduce((sum, other) => (other === row ? sum : sum + sign * exact[row]![other]!), 0);
        for (const [row, keeper] of medoid.keeperOf.entries()) {
          const group = groups[row]!;
          if (group.some((one) => group.some((other) => Number.isNaN(exact[one]![other])))) continue;
          const sums = group.map((one) => sumOf(one, group));
          expect(keeper).to.equal(group[sums.indexOf(Math.max(...sums))]);
        }
      }),
      { numRuns: 200 },
    );
  });

  it("are ordered by the number of their pairs, then by the sum of scores", async () => {
    const exact = [
      [1, 0.5, 0.9, 0],
      [0.5, 1, 0.8, 0],
      [0.9, 0.8, 1, 0.7],
      [0, 0, 0.7, 1],
    ];
    expect([...(await byCentrality(scored(exact), 0.5))]).to.deep.equal([2, 0, 1, 3]);
  });

  it("are the same from a screen as from tiles", async () => {
    const rows = randomRows(1300, 80, 3).map((row) => [...row]);
    for (let i = 650; i < 1300; i++) rows[i] = rows[i - 650]!.map((x, k) => x + 1e-3 * ((i * k) % 7));
    const set = vectorsFrom(rows);
    for (const metric of ["cosine", "euclidean"] as const) {
      const bound = metric === "cosine" ? 0.999 : 0.1;
      const screened = await searchableTiles(metric, set, set);
      expect(screened.screen).to.be.an("object");
      const found = await greedyKeepers(screened, bound);
      expect(listed(found)).to.deep.equal(listed(await greedyKeepers(await computeTiles(metric, set, set), bound)));
      expect(found.keeperOf.filter((keeper, row) => keeper !== row).length).to.be.greaterThan(100);
    }
  });
});
