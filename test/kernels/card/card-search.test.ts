import { expect } from "chai";
import fc from "fast-check";
import { CardSearch } from "#dist/kernels/card/card-search.js";
import { GuardedSearch } from "#dist/kernels/card/guarded-search.js";
import type { FloatRows, FloatSearch } from "#dist/kernels/float-search.js";
import { ThreadSearch } from "#dist/kernels/thread-search.js";
import { failure, runtimeOf } from "../../reference.js";
import { ArrayCard } from "./array-card.js";

/** Small integers: products are exact, and many are equal. */
const floats = (length: number, seed: number): Float32Array => {
  const shared = new Float32Array(new SharedArrayBuffer(4 * length));
  let state = seed;
  for (let k = 0; k < length; k++) {
    state = (state * 48271) % 2147483647;
    shared[k] = (state % 9) - 4;
  }
  return shared;
};

const shapes = fc.record({
  n: fc.integer({ min: 1, max: 40 }),
  m: fc.integer({ min: 1, max: 200 }),
  d: fc.integer({ min: 1, max: 5 }),
  k: fc.integer({ min: 1, max: 16 }),
  seed: fc.integer({ min: 1, max: 1e6 }),
  isSelf: fc.boolean(),
  how: fc.constantFrom("minus", "times", null),
  kilobytes: fc.integer({ min: 40, max: 400 }),
  failsAt: fc.integer({ min: 1, max: 400 }),
});
type Shape = typeof shapes extends fc.Arbitrary<infer S> ? S : never;

function rowsOf({ n, m, d, seed, isSelf, how }: Shape): FloatRows {
  const left = floats(n * d, seed);
  const right = isSelf ? left : floats(m * d, seed + 1);
  const numbers = floats(right.length / d, seed + 2);
  return { left, right, d, terms: how && { how, numbers } };
}

const limitsOf = ({ kilobytes }: Shape) => ({ bufferBytes: 2 ** 10 * kilobytes, totalBytes: 2 ** 12 * kilobytes });

function scoreOf({ left, right, d, terms }: FloatRows, i: number, j: number): number {
  let sum = 0;
  for (let c = 0; c < d; c++) sum += left[i * d + c]! * right[j * d + c]!;
  const term = terms?.numbers[j] ?? 0;
  return terms === null ? sum : terms.how === "minus" ? sum - term : sum * term;
}

/** Expects that each row comes once, with all columns that may be among the k nearest, and none that may not. */
async function expectNearest(search: FloatSearch, rows: FloatRows, k: number, isExact: boolean): Promise<void> {
  const [n, m] = [rows.left.length / rows.d, rows.right.length / rows.d];
  const selfOffset = rows.left === rows.right ? 0 : null;
  const wanted = {
    k,
    selfOffset,
    bytes: 1e8,
    margins: new Float32Array(n).fill(0.25),
    bounds: new Float32Array(n).fill(-5),
  };
  const seen = new Set<number>();
  for await (const { firstRow, columns } of search.of(rows).nearest(rows.left, wanted)) {
    for (const [r, found] of columns.entries()) {
      const i = firstRow + r;
      expect(seen.has(i)).to.equal(false);
      seen.add(i);
      const scored = Array.from({ length: m }, (_, j) => ({ j, score: scoreOf(rows, i, j) })).filter(
        ({ j, score }) => j !== (selfOffset === null ? -1 : i) && score >= -5,
      );
      scored.sort((one, other) => other.score - one.score);
      const bound = scored[k - 1]?.score ?? -5;
      const near = scored.filter(({ score }) => score >= bound).map(({ j }) => j);
      // Ties may be more than the list holds.
      if (found === null) expect(near.length).to.be.above(k);
      else if (isExact) expect([...found].sort((x, y) => x - y)).to.deep.equal(near.sort((x, y) => x - y));
      else expect([...found]).to.include.members(near);
    }
  }
  expect(seen.size).to.equal(n);
}

async function expectReaching(search: FloatSearch, rows: FloatRows): Promise<void> {
  const [n, m] = [rows.left.length / rows.d, rows.right.length / rows.d];
  const expected: number[] = [];
  for (let i = 0; i < n; i++) {
    for (let j = rows.left === rows.right ? i + 1 : 0; j < m; j++) if (scoreOf(rows, i, j) >= 6) expected.push(i, j);
  }
  const found: number[] = [];
  let cells = 0;
  for await (const part of search.of(rows).reaching(rows.left, new Float32Array(n).fill(6))) {
    found.push(...part.pairs);
    cells += part.cells;
  }
  expect(found).to.deep.equal(expected);
  expect(cells).to.equal(n * m);
}

describe("CardSearch", () => {
  it("finds the columns that may be near, in any number of parts and blocks", () =>
    fc.assert(
      fc.asyncProperty(shapes, async (shape) => {
        const card = new ArrayCard(limitsOf(shape));
        await expectNearest(new CardSearch(card), rowsOf(shape), shape.k, true);
      }),
      { numRuns: 150 },
    ));

  it("finds the pairs that reach a bound, in order, each once", () =>
    fc.assert(
      fc.asyncProperty(shapes, async (shape) => {
        const card = new ArrayCard(limitsOf(shape));
        await expectReaching(new CardSearch(card), rowsOf(shape));
      }),
      { numRuns: 150 },
    ));

  it("keeps the rows of one search on the card, and releases all others", async () => {
    const shape = { n: 30, m: 150, d: 3, k: 5, seed: 7, isSelf: false, how: null, kilobytes: 100, failsAt: 0 };
    const card = new ArrayCard(limitsOf(shape));
    const search = new CardSearch(card);
    for (let round = 0; round < 3; round++) {
      const rows = rowsOf({ ...shape, seed: round + 1 });
      await expectNearest(search, rows, 5, true);
      await expectReaching(search, rows);
      expect(card.taken).to.be.within(rows.right.byteLength, rows.right.byteLength + 4);
    }
  });

  it("releases the memory of a search that its consumer leaves", async () => {
    const shape = { n: 40, m: 150, d: 3, k: 5, seed: 7, isSelf: false, how: null, kilobytes: 40, failsAt: 0 };
    const rows = rowsOf(shape);
    const card = new ArrayCard(limitsOf(shape));
    for await (const _ of new CardSearch(card).of(rows).reaching(rows.left, new Float32Array(40))) break;
    expect(card.taken).to.be.within(rows.right.byteLength, rows.right.byteLength + 4);
  });
});

describe("GuardedSearch", () => {
  it("goes on with threads from the row on at which a card fails", () =>
    fc.assert(
      fc.asyncProperty(shapes, async (shape) => {
        const rows = rowsOf(shape);
        const reasons: string[] = [];
        const search = () => {
          const card = new CardSearch(new ArrayCard(limitsOf(shape), shape.failsAt));
          return new GuardedSearch(card, new ThreadSearch(runtimeOf(2).pool, null), (reason) => reasons.push(reason));
        };
        await expectNearest(search(), rows, shape.k, false);
        await expectReaching(search(), rows);
        for (const reason of reasons) expect(reason).to.equal("the card was lost");
        // The first call is an allocation that no search does without.
        if (shape.failsAt === 1) expect(reasons).to.have.length(2);
      }),
      { numRuns: 100 },
    ));

  it("ends with the error that its listener throws", async () => {
    const rows = rowsOf({ n: 3, m: 9, d: 2, k: 1, seed: 1, isSelf: false, how: null, kilobytes: 40, failsAt: 1 });
    const card = new CardSearch(new ArrayCard({ bufferBytes: 1e6, totalBytes: 1e7 }, 5));
    const search = new GuardedSearch(card, new ThreadSearch(runtimeOf(2).pool, null), (reason) => {
      throw new RangeError(reason);
    });
    const drained = async () => {
      for await (const _ of search.of(rows).reaching(rows.left, new Float32Array(3)));
    };
    const failed = await failure(drained());
    expect(failed).to.be.instanceOf(RangeError);
    expect(failed.message).to.equal("the card was lost");
  });
});
