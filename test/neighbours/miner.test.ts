import { expect } from "chai";
import fc from "fast-check";
import { GivenScores } from "#dist/core/given-scores.js";
import type { Relevance } from "#dist/core/relevance.js";
import { givenOrder } from "#dist/neighbours/given-order.js";
import { marginOrder } from "#dist/neighbours/margin-order.js";
import { MARGIN_SCORES } from "#dist/neighbours/margin-scores.js";
import { DEFAULT_MINING_MARGIN, type MiningOptions, mineNegatives } from "#dist/neighbours/miner.js";
import { eitherWay, inOrder, scored, scoreRows } from "./support.js";

const DEFAULTS: MiningOptions = {
  kind: "hard",
  negatives: 3,
  rangeMin: 0,
  sampling: "top",
  seed: 1,
  excludeSelf: false,
};

const relevanceOf = (positives: readonly (readonly number[])[]): Relevance => ({
  rowsOf: (anchor) => positives[anchor]!,
  gradesOf: () => null,
});

/** Returns the candidates of an anchor in order, according to the documentation. */
function eligible(
  row: readonly number[],
  positives: readonly number[],
  nearer: "greater" | "less",
  options: MiningOptions,
  most: number,
): number[] {
  const sign = nearer === "greater" ? 1 : -1;
  const { kind, margin, relativeMargin, minScore, maxScore, rangeMin, rangeMax } = options;
  const positive = Math.min(...positives.map((j) => sign * row[j]!));
  const band = margin ?? DEFAULT_MINING_MARGIN;
  const stays = (j: number) => {
    const x = sign * row[j]!;
    if (kind === "semi-hard" && !(x < positive && x > positive - band)) return false;
    if (kind === "easy" && x + band > positive) return false;
    if (kind !== "semi-hard" && margin !== undefined && x + margin > positive) return false;
    if (relativeMargin !== undefined && x > positive * (1 - sign * relativeMargin)) return false;
    if (maxScore !== undefined && x > sign * maxScore) return false;
    return minScore === undefined || x >= sign * minScore;
  };
  const candidates = inOrder(row, nearer);
  const pool = rangeMax === undefined ? candidates : candidates.slice(0, rangeMax + most);
  return pool
    .filter((j) => !positives.includes(j) && stays(j))
    .slice(0, rangeMax)
    .slice(rangeMin);
}

const some = <T>(...values: T[]) => fc.option(fc.constantFrom(...values), { nil: undefined });
const anyOptions = fc
  .record({
    kind: fc.constantFrom<MiningOptions["kind"]>("hard", "semi-hard", "easy"),
    negatives: fc.integer({ min: 1, max: 6 }),
    rangeMin: fc.constantFrom(0, 0, 1, 3),
    rangeMax: some(4, 10, 100),
    margin: some(0.1, 0.25, 0),
    relativeMargin: some(0.05),
    minScore: some(-0.5),
    maxScore: some(0.5),
  })
  .map((options) => ({
    ...DEFAULTS,
    ...(Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as object),
  })) as fc.Arbitrary<MiningOptions>;

const filled = scoreRows(2).map((rows) => rows.map((row) => row.map((x) => (Number.isNaN(x) ? 0.3 : x))));

describe("mined negatives", () => {
  it("are the nearest allowed by the options, for anchors with any number of positives", async () => {
    await fc.assert(
      fc.asyncProperty(filled, eitherWay, anyOptions, fc.nat(100), async (exact, nearer, options, seed) => {
        const positives = exact.map((row, i) =>
          Array.from({ length: (i + seed) % 3 }, (_, k) => (seed + i + 5 * k) % row.length)
            .sort((x, y) => x - y)
            .filter((j, k, all) => all[k - 1] !== j),
        );
        const most = Math.max(...positives.map((rows) => rows.length));
        const mined = await mineNegatives(scored(exact, nearer), relevanceOf(positives), options);
        for (const [i, row] of exact.entries()) {
          const at = i * options.negatives;
          const found = [...mined.rows.subarray(at, at + mined.counts[i]!)];
          const expected = positives[i]!.length === 0 ? [] : eligible(row, positives[i]!, nearer, options, most);
          expect(found).to.deep.equal(expected.slice(0, options.negatives));
          expect(mined.positives[i]).to.deep.equal(positives[i]!.map((j) => row[j]!));
        }
      }),
      { numRuns: 400 },
    );
  });

  it("are never forbidden rows: the result is that without these candidates", async () => {
    const kinds = fc.constantFrom<Partial<MiningOptions>>({}, { kind: "random", sampling: "random" }, { rangeMin: 1 });
    await fc.assert(
      fc.asyncProperty(filled, eitherWay, kinds, fc.nat(1e6), async (exact, nearer, kind, seed) => {
        const positives = exact.map((row, i) => [i % row.length]);
        const forbidden = exact.map((row, i) => row.flatMap((_, j) => ((seed + 3 * i + j) % 3 === 0 ? [j] : [])));
        const options: MiningOptions = { ...DEFAULTS, ...kind, seed, forbidden: relevanceOf(forbidden) };
        const mined = await mineNegatives(scored(exact, nearer), relevanceOf(positives), options);
        let passed = 0;
        for (const [i, row] of exact.entries()) {
          const found = [...mined.rows.subarray(i * 3, i * 3 + mined.counts[i]!)];
          const left = eligible(row, positives[i]!, nearer, { ...options, rangeMin: 0 }, 1);
          const allowed = left.filter((j) => !forbidden[i]!.includes(j));
          passed += left.length - allowed.length;
          expect(allowed).to.include.members(found);
          if (options.sampling === "top") {
            const from = options.rangeMin;
            expect(found).to.deep.equal(allowed.slice(from, from + 3));
          } else expect(found).to.have.length(Math.min(3, allowed.length));
        }
        expect(mined.passedOver.get("forbid") ?? 0).to.be.at.most(passed);
      }),
      { numRuns: 200 },
    );
  });

  it("are ordered and limited by given scores, of the rows that have one or of all", async () => {
    const scores = fc.array(fc.integer({ min: -4, max: 4 }), { minLength: 240, maxLength: 240 });
    await fc.assert(
      fc.asyncProperty(
        filled,
        eitherWay,
        anyOptions,
        scores,
        fc.boolean(),
        async (exact, nearer, some, list, isMixed) => {
          const options = { ...some, ...(isMixed && { rangeMax: undefined }) } as MiningOptions;
          const positives = exact.map((row, i) => [i % row.length]);
          const names = (rows: number) => ({ rows, ids: null });
          const given = new GivenScores(names(exact.length), names(exact[0]!.length), false);
          const mixed = exact.map((row, i) =>
            row.map((score, j) => {
              const one = list[i * 40 + j]!;
              if (one > 1 && !positives[i]!.includes(j)) return isMixed ? score : Number.NaN;
              given.add(String(i), String(j), one / 4);
              return one / 4;
            }),
          );
          const order = givenOrder(given, exact[0]!.length, isMixed);
          const matrix = scored(exact, isMixed ? "greater" : nearer);
          const mined = await mineNegatives(matrix, relevanceOf(positives), { ...options, order });
          for (const [i, row] of mixed.entries()) {
            const pool = options.rangeMax === undefined ? row.length : options.rangeMax + 1;
            const near = new Set(inOrder(exact[i]!, nearer).slice(0, pool));
            const kept = row.map((score, j) => (near.has(j) || positives[i]!.includes(j) ? score : Number.NaN));
            const expected = eligible(kept, positives[i]!, "greater", options, row.length).slice(0, options.negatives);
            const at = i * options.negatives;
            expect([...mined.rows.subarray(at, at + mined.counts[i]!)]).to.deep.equal(expected);
            expect([...mined.scores.subarray(at, at + mined.counts[i]!)]).to.deep.equal(expected.map((j) => row[j]!));
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it("are ordered by a margin score, even where the nearest rows by cosine are far behind", async () => {
    const means = fc.array(
      fc.integer({ min: -2, max: 6 }).map((x) => x / 8),
      { minLength: 46, maxLength: 46 },
    );
    await fc.assert(
      fc.asyncProperty(
        filled,
        anyOptions,
        means,
        fc.constantFrom(...MARGIN_SCORES),
        async (exact, some, list, margin) => {
          const options = { ...some, rangeMax: undefined } as unknown as MiningOptions;
          const positives = exact.map((row, i) => [i % row.length]);
          const m = exact[0]!.length;
          const [ofOthers, ofRows] = [Float64Array.from(list.slice(0, m)), Float64Array.from(list.slice(40))];
          const range = { least: Math.min(...ofOthers), greatest: Math.max(...ofOthers) };
          const order = marginOrder(margin, { ofRows, ofOthers, ...range }, m);
          const mined = await mineNegatives(scored(exact), relevanceOf(positives), { ...options, order });
          for (const [i, row] of exact.entries()) {
            const by = row.map((score, j) => margin.of(score, ofRows[i]!, ofOthers[j]!));
            if (by.some(Number.isNaN)) continue;
            const expected = eligible(by, positives[i]!, "greater", options, 1).slice(0, options.negatives);
            const at = i * options.negatives;
            expect([...mined.rows.subarray(at, at + mined.counts[i]!)]).to.deep.equal(expected);
          }
        },
      ),
      { numRuns: 400 },
    );
  });

  it("name the pairs that are most likely positives without a label, one of each anchor", async () => {
    const exact = [
      [0.5, 0.9, 0.8, 0.1],
      [0.2, 0.6, 0.7, 0.3],
      [0.9, 0.1, 0.9, 0.2],
    ];
    const relevance = relevanceOf([[0], [1], [2]]);
    const all = await mineNegatives(scored(exact), relevance, { ...DEFAULTS, negatives: 2 });
    expect(all.better).to.equal(3);
    expect(all.suspects.excluded).to.deep.equal([]);
    expect(all.suspects.kept.map(({ anchor, column, reason }) => [anchor, column, reason])).to.deep.equal([
      [0, 1, null],
      [1, 2, null],
      [2, 0, null],
    ]);
    const limited = await mineNegatives(scored(exact), relevance, { ...DEFAULTS, margin: 0.05 });
    expect(limited.better).to.equal(0);
    expect(limited.suspects.excluded).to.deep.equal([
      { anchor: 0, column: 1, score: 0.9, positive: 0.5, reason: "margin" },
      { anchor: 1, column: 2, score: 0.7, positive: 0.6, reason: "margin" },
      { anchor: 2, column: 0, score: 0.9, positive: 0.9, reason: "margin" },
    ]);
  });

  it("are counted by what leaves an anchor with too few of them", async () => {
    const row = [1, 0.9, 0.8, 0.7, 0.2];
    const shortages = async (options: Partial<MiningOptions>) => {
      const all: MiningOptions = { ...DEFAULTS, negatives: 4, ...options };
      return [...(await mineNegatives(scored([row, row]), relevanceOf([[0], []]), all)).shortages];
    };
    expect(await shortages({})).to.deep.equal([]);
    expect(await shortages({ negatives: 5 })).to.deep.equal([["corpus", 1]]);
    expect(await shortages({ rangeMin: 1 })).to.deep.equal([["range-min", 1]]);
    expect(await shortages({ rangeMax: 2 })).to.deep.equal([["range-max", 1]]);
    expect(await shortages({ maxScore: 0.75 })).to.deep.equal([["max-score", 1]]);
    expect(await shortages({ maxScore: 0.85, minScore: 0.75 })).to.deep.equal([["min-score", 1]]);
    expect(await shortages({ maxScore: 0.85, minScore: 0.5 })).to.deep.equal([["max-score", 1]]);
    const forbidden = relevanceOf([[2, 3], []]);
    expect(await shortages({ forbidden, maxScore: 0.85 })).to.deep.equal([["forbid", 1]]);
  });

  it("sampled at random are distinct rows allowed by the options, the same for the same seed", async () => {
    const kinds = fc.constantFrom<Partial<MiningOptions>>(
      { kind: "random" },
      { kind: "random", rangeMin: 2 },
      { kind: "random", rangeMax: 6 },
      { kind: "hard", rangeMax: 5 },
      { kind: "random", maxScore: 0.25 },
    );
    await fc.assert(
      fc.asyncProperty(filled, eitherWay, kinds, fc.nat(1e6), async (exact, nearer, kind, seed) => {
        const options: MiningOptions = { ...DEFAULTS, ...kind, sampling: "random", seed };
        const positives = exact.map((row, i) => [i % row.length]);
        const mine = () => mineNegatives(scored(exact, nearer), relevanceOf(positives), options);
        const mined = await mine();
        for (const [i, row] of exact.entries()) {
          const pool = eligible(row, positives[i]!, nearer, options, 1);
          const from = options.rangeMax === undefined ? anyBeyond(row, positives[i]!, nearer, options) : pool;
          const found = [...mined.rows.subarray(i * 3, i * 3 + mined.counts[i]!)];
          expect(found).to.have.length(Math.min(3, from.length));
          expect(new Set(found).size).to.equal(found.length);
          expect(from).to.include.members(found);
          expect(found).to.deep.equal(inOrder(row, nearer).filter((j) => found.includes(j)));
        }
        expect([...(await mine()).rows]).to.deep.equal([...mined.rows]);
      }),
      { numRuns: 200 },
    );
  });

  it("sampled at random are uniformly distributed", async () => {
    const row = Array.from({ length: 11 }, (_, j) => j / 11);
    const drawn = new Int32Array(11);
    for (let seed = 0; seed < 2000; seed++) {
      const options: MiningOptions = { ...DEFAULTS, kind: "random", negatives: 2, sampling: "random", seed };
      const { rows } = await mineNegatives(scored([row]), relevanceOf([[0]]), options);
      for (const j of rows) drawn[j]!++;
    }
    expect(drawn[0]).to.equal(0);
    // The expected count is 400; five standard deviations are 90.
    for (const count of drawn.subarray(1)) expect(count).to.be.within(310, 490);
  });

  it("report the number of excluded candidates by reason, and never contain the anchor", async () => {
    const exact = [[1, 0.9, 0.6, 0.2]];
    const options: MiningOptions = { ...DEFAULTS, excludeSelf: true, maxScore: 0.8, minScore: 0.5 };
    const mined = await mineNegatives(scored(exact), relevanceOf([[3]]), options);
    expect([...mined.rows.subarray(0, mined.counts[0])]).to.deep.equal([2]);
    expect([...mined.passedOver]).to.deep.equal([["max-score", 1]]);
  });

  it("never take an anchor for its own positive, even if it was judged so", async () => {
    const options: MiningOptions = { ...DEFAULTS, excludeSelf: true, margin: 0.2 };
    const mined = await mineNegatives(scored([[0.3, 0.9, 0.6, 0.8]]), relevanceOf([[0, 1]]), options);
    expect(mined.positives).to.deep.equal([[0.9]]);
    expect([...mined.rows.subarray(0, mined.counts[0])]).to.deep.equal([2]);
    const alone = await mineNegatives(scored([[1, 0.9]]), relevanceOf([[0]]), options);
    expect(alone.positives).to.deep.equal([[]]);
  });
});

/** Returns whether candidates remain after the nearest `rangeMin` negatives. */
function anyBeyond(
  row: readonly number[],
  positives: readonly number[],
  nearer: "greater" | "less",
  options: MiningOptions,
) {
  const negatives = inOrder(row, nearer).filter((j) => !positives.includes(j));
  const { rangeMin, ...rest } = options;
  const stays = eligible(row, positives, nearer, { ...rest, rangeMin: 0 }, 1);
  return negatives.slice(rangeMin).filter((j) => stays.includes(j));
}
