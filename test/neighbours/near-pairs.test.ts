import { expect } from "chai";
import fc from "fast-check";
import { MachineError } from "#dist/core/errors.js";
import { Groups } from "#dist/neighbours/groups.js";
import { findPairs, PairList } from "#dist/neighbours/near-pairs.js";
import { eitherWay, inOrder, scored, scoreRows } from "./support.js";

type Pair = [number, number, number];

/** Returns all pairs by definition, in order. */
function pairsOf(exact: readonly (readonly number[])[], nearer: "greater" | "less", bound: number): Pair[] {
  const sign = nearer === "greater" ? 1 : -1;
  const pairs: Pair[] = [];
  for (const [i, row] of exact.entries()) {
    for (let j = i + 1; j < row.length; j++) if (sign * row[j]! >= sign * bound) pairs.push([i, j, row[j]!]);
  }
  return pairs.sort((p, q) => sign * (q[2] - p[2]) || p[0] - q[0] || p[1] - q[1]);
}

const square = scoreRows(2).map((rows) => {
  const size = Math.min(rows.length, rows[0]!.length);
  return rows.slice(0, size).map((row) => row.slice(0, size));
});

describe("near pairs", () => {
  it("agree with the definition, each once, nearest first, up to the maximum number", async () => {
    await fc.assert(
      fc.asyncProperty(
        square,
        eitherWay,
        fc.constantFrom(0.25, 0, -2, 2),
        fc.option(fc.integer({ min: 1, max: 5 }), { nil: Number.POSITIVE_INFINITY }),
        async (exact, nearer, bound, most) => {
          const list = new PairList(most, nearer === "greater" ? 1 : -1, 1e6);
          await findPairs(scored(exact, nearer), bound, (...pair) => list.add(...pair));
          const { count, first, second, scores } = list.sorted();
          const found = Array.from({ length: count }, (_, i): Pair => [first[i]!, second[i]!, scores[i]! + 0]);
          const expected = pairsOf(exact, nearer, bound).slice(0, most);
          expect(found).to.deep.equal(expected.map(([i, j, score]) => [i, j, score + 0]));
        },
      ),
      { numRuns: 200 },
    );
  });

  it("of two sets are all cells that reach the bound", async () => {
    await fc.assert(
      fc.asyncProperty(scoreRows(1), eitherWay, fc.constantFrom(0.25, 0, -2, 2), async (exact, nearer, bound) => {
        const found: Pair[] = [];
        await findPairs(scored(exact, nearer), bound, (i, j, score) => found.push([i, j, score + 0]), {
          twoSets: true,
        });
        const sign = nearer === "greater" ? 1 : -1;
        const expected = exact.flatMap((row, i) =>
          inOrder(row, nearer)
            .filter((j) => sign * row[j]! >= sign * bound)
            .map((j): Pair => [i, j, row[j]! + 0]),
        );
        expect(found).to.deep.equal(expected);
      }),
      { numRuns: 200 },
    );
  });

  it("leave out rows that are skipped", async () => {
    const exact = [
      [1, 0.9, 0.9],
      [0.9, 1, 0.9],
      [0.9, 0.9, 1],
    ];
    const found: number[][] = [];
    await findPairs(scored(exact), 0.5, (i, j) => found.push([i, j]), { skips: (row) => row === 0 });
    expect(found).to.deep.equal([[1, 2]]);
  });

  it("are the nearest of very many", () => {
    const list = new PairList(3, 1, 1e6);
    for (let i = 0; i < 5000; i++) list.add(i, i + 1, (i * 7919) % 5000);
    expect([...list.sorted().scores]).to.deep.equal([4999, 4998, 4997]);
  });

  it("are rejected if they do not fit in memory", () => {
    const list = new PairList(Number.POSITIVE_INFINITY, 1, 20_000);
    expect(() => {
      for (let i = 0; i < 5000; i++) list.add(i, i + 1, 1);
    }).to.throw(MachineError, "expected at most 1250 pairs");
  });
});

describe("groups", () => {
  it("are the connected rows, whatever the order of the pairs", () => {
    const pairs = fc.array(fc.tuple(fc.nat(19), fc.nat(19)), { maxLength: 30 });
    fc.assert(
      fc.property(pairs, (list) => {
        const groups = new Groups(20);
        for (const [one, other] of list) groups.connect(one, other);
        const reach = (row: number, seen = new Set([row])): Set<number> => {
          for (const [x, y] of list) {
            const next = seen.has(x) ? y : seen.has(y) ? x : undefined;
            if (next !== undefined && !seen.has(next)) return reach(row, seen.add(next));
          }
          return seen;
        };
        const expected = [...Array(20).keys()]
          .map((row) => [...reach(row)].sort((x, y) => x - y))
          .filter((group, row) => group.length > 1 && group[0] === row);
        expect(groups.list()).to.deep.equal(expected);
      }),
    );
  });
});
