import { expect } from "chai";
import fc from "fast-check";
import { evaluate } from "#dist/evaluation/evaluate.js";
import { drawing, failure, runtimeOf } from "../reference.js";
import { evaluated, expectDefinitions, type Judged, relevanceOf, streamed } from "./reference.js";

interface Shape {
  readonly rows: number;
  readonly columns: number;
  /** Relevant columns of each row. */
  readonly each: number;
  readonly score: (draw: () => number) => number;
  readonly nearer?: Judged["nearer"];
  readonly excludeSelf?: boolean;
  readonly seed?: number;
}

function judged({ rows, columns, each, score, nearer = "greater", excludeSelf = false, seed = 1 }: Shape): Judged {
  const draw = drawing(seed);
  return {
    rows: Array.from({ length: rows }, () => Float64Array.from({ length: columns }, () => score(draw))),
    relevant: Array.from({ length: rows }, () => {
      const own = new Set<number>();
      while (own.size < Math.min(each, columns)) own.add(Math.floor(draw() * columns));
      return [...own].sort((one, other) => one - other);
    }),
    nearer,
    excludeSelf,
  };
}

/** Scores of several kinds: random, tied, of any scale, around a mean, missing. */
const kinds: { readonly [name: string]: (draw: () => number) => number } = {
  random: (draw) => 2 * draw() - 1,
  tied: (draw) => Math.floor(draw() * 7) / 8 - 0.25,
  "almost equal": (draw) => 1 - Math.floor(draw() * 5) * 2 ** -53,
  equal: () => 0.3,
  "far from 0": (draw) => 1e9 + draw(),
  "of any scale": (draw) => (draw() - 0.5) * 10 ** Math.floor(draw() * 40 - 20),
  huge: (draw) => (2 * draw() - 1) * 8e307,
  tiny: (draw) => (draw() - 0.5) * 1e-295,
  "with missing ones": (draw) => (draw() < 0.2 ? Number.NaN : draw()),
};

describe("evaluate", () => {
  const shape = fc.record({
    rows: fc.integer({ min: 1, max: 12 }),
    columns: fc.integer({ min: 1, max: 90 }),
    each: fc.constantFrom(0, 1, 5, 60),
    nearer: fc.constantFrom<Judged["nearer"]>("greater", "less"),
    excludeSelf: fc.boolean(),
    seed: fc.integer(),
  });

  for (const [kind, score] of Object.entries(kinds)) {
    it(`agrees with the definitions for scores that are ${kind}`, async () => {
      const stream = fc.record({ height: fc.integer({ min: 1, max: 5 }), inKernels: fc.boolean() });
      await fc.assert(
        fc.asyncProperty(shape, stream, async (drawn, tiles) => {
          const scores = judged({ ...drawn, score });
          expectDefinitions(await evaluated(scores, tiles), scores);
          const relevant = scores.relevant.flat().length;
          const binned = await evaluated(scores, tiles, { maxKept: relevant });
          expectDefinitions(binned, scores, (binned.negative?.quartileError ?? 0) === 0);
        }),
        { numRuns: 60 },
      );
    });
  }

  it("decides by exact scores where the error of cells leaves the order or the bin open", async () => {
    const slack = 1e-9;
    const score = (draw: () => number) => Math.floor(draw() * 9) / 8 + Math.floor(draw() * 3) * 1e-10;
    let binned = 0;
    await fc.assert(
      fc.asyncProperty(shape, fc.boolean(), async (drawn, isKept) => {
        const scores = judged({ ...drawn, score });
        const found = await evaluated(scores, { slack }, isKept ? {} : { maxKept: 3 });
        const exact = await evaluated(scores, {}, isKept ? {} : { maxKept: 3 });
        expect(found.queries).to.deep.equal(exact.queries);
        expect(found.auc).to.equal(exact.auc);
        expect(found.aucError).to.equal(exact.aucError);
        if (found.aucError !== null && found.aucError > 0) binned++;
      }),
      { numRuns: 150 },
    );
    expect(binned).to.be.above(10);
  });

  it("has the same bytes on any number of threads, for tiles of any height, in any memory", async () => {
    for (const threads of [2, 3]) runtimeOf(threads).pool.prepare();
    for (const [kind, each, nearer] of [
      ["random", 1, "greater"],
      ["with missing ones", 40, "less"],
      ["tied", 3, "greater"],
      ["of any scale", 20, "greater"],
    ] as const) {
      // Rows of two spans, and items of two rows.
      const scores = judged({ rows: 7, columns: 40_000, each, nearer, excludeSelf: true, score: kinds[kind]! });
      for (const options of [{}, { maxKept: 100 }]) {
        const first = await evaluated(scores, { height: 7 }, { runtime: runtimeOf(1), ...options });
        expectDefinitions(first, scores, first.negative!.quartileError === 0);
        for (const [threads, height, inKernels] of [
          [1, 3, true],
          [2, 7, true],
          [3, 7, false],
          [3, 1, true],
        ] as const) {
          const found = await evaluated(scores, { height, inKernels }, { runtime: runtimeOf(threads), ...options });
          expect(JSON.stringify(found)).to.equal(JSON.stringify(first));
        }
      }
    }
  });

  it("ignores relevant columns that the matrix does not have", async () => {
    const scores = {
      ...judged({ rows: 3, columns: 4, each: 0, score: (draw) => draw() }),
      relevant: [[1], [2, 4], [9]],
    };
    const { queries, positive, negative } = await evaluated(scores);
    expect(queries.map(({ ranks }) => ranks.filter((rank) => rank === Number.POSITIVE_INFINITY).length)).to.deep.equal([
      0, 1, 1,
    ]);
    expect([positive!.count, negative!.count]).to.deep.equal([2, 10]);
  });

  it("refuses infinite scores", async () => {
    const rows = [Float64Array.of(0.5, Number.POSITIVE_INFINITY, 1)];
    const scores: Judged = { rows, relevant: [[0]], nearer: "greater", excludeSelf: false };
    const error = await failure(evaluate(streamed(scores), relevanceOf(scores)));
    expect(error.message).to.equal("expected finite scores, found Infinity");
  });
});
