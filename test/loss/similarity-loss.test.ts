import { expect } from "chai";
import fc from "fast-check";
import { DataError, UsageError } from "#dist/core/errors.js";
import { hold, type Tile, tiled } from "#dist/core/matrix.js";
import type { KindOptions } from "#dist/loss/kinds.js";
import { type SimilarityLossOptions, similarityLoss } from "#dist/loss/similarity-loss.js";
import type { SimilarityLoss } from "#dist/loss/types.js";
import { bits, cut, expectClose, failure, matrixOf, randomRows, transposed } from "../reference.js";

type Rows = readonly (readonly number[])[];

const KINDS: readonly KindOptions[] = [
  { kind: "triplet", mining: "batch-hard", margins: [0.2] },
  { kind: "triplet", mining: "batch-all", margins: [0.2] },
  { kind: "triplet", mining: "semi-hard", margins: [0.4] },
  { kind: "soft-margin" },
  { kind: "infonce", temperature: 0.2 },
  { kind: "siglip", scale: 8, bias: -3 },
  { kind: "supcon", temperature: 0.3 },
  { kind: "contrastive", positiveMargin: 0.9, negativeMargin: -0.1 },
  { kind: "multi-similarity", alpha: 2, beta: 10, base: 0.3 },
];
const kinds = fc.constantFrom(...KINDS);
const reductions = fc.constantFrom("sum" as const, "mean" as const, "nonzero" as const);
const directions = fc.constantFrom("rows" as const, "columns" as const, "both" as const);

/** Square matrices over [−1, 1], some on a coarse grid to produce ties, with a class for each row. */
const batches = fc.integer({ min: 2, max: 7 }).chain((b) => {
  const cell = fc.oneof(
    fc.double({ min: -1, max: 1, noNaN: true }),
    fc.integer({ min: -4, max: 4 }).map((x) => x / 4),
  );
  const row = fc.array(cell, { minLength: b, maxLength: b });
  return fc.record({
    rows: fc.array(row, { minLength: b, maxLength: b }),
    labels: fc.option(fc.array(fc.constantFrom("x", "y", "z"), { minLength: b, maxLength: b })),
  });
});

async function lossOf(rows: Rows, options: SimilarityLossOptions): Promise<SimilarityLoss> {
  return (await similarityLoss(tiled(matrixOf(rows)), options)).losses[0]!;
}

const gradientOf = async (rows: Rows, options: SimilarityLossOptions): Promise<Float64Array> =>
  (await hold((await similarityLoss(tiled(matrixOf(rows)), options)).gradient())).values;

/** Formats a result as text, with every double as its bits. */
const exactly = (result: SimilarityLoss): string =>
  JSON.stringify(result, (_, value) =>
    value instanceof Float64Array ? bits(value) : typeof value === "number" ? bits([value]) : value,
  );

describe("similarityLoss", () => {
  it("returns the same bits and gradient for one tile and for many", async () => {
    const heights = fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(batches, heights, kinds, directions, async ({ rows, labels }, cuts, kind, anchors) => {
        const options = { ...kind, anchors, labels };
        const pieces = await similarityLoss(cut(matrixOf(rows), cuts), options);
        expect(exactly(pieces.losses[0]!)).to.equal(exactly(await lossOf(rows, options)));
        expect(bits((await hold(pieces.gradient())).values)).to.deep.equal(bits(await gradientOf(rows, options)));
      }),
    );
  });

  it("returns for columns as anchors the bits of the transposed matrix", async () => {
    await fc.assert(
      fc.asyncProperty(batches, kinds, reductions, async ({ rows, labels }, kind, reduction) => {
        const options = { ...kind, labels, reduction };
        const columns = await lossOf(rows, { ...options, anchors: "columns" });
        const turned = await lossOf(transposed(rows), options);
        expect(exactly({ ...columns, anchors: "rows" })).to.equal(exactly(turned));
        const slopes = await gradientOf(rows, { ...options, anchors: "columns" });
        const turnedSlopes = await gradientOf(transposed(rows), options);
        const b = rows.length;
        expect(bits(slopes)).to.deep.equal(
          bits(turnedSlopes.map((_, k) => turnedSlopes[(k % b) * b + Math.floor(k / b)]!)),
        );
      }),
    );
  });

  it("returns for both directions their mean, and the sum of their counts", async () => {
    await fc.assert(
      fc.asyncProperty(batches, kinds, reductions, async ({ rows, labels }, kind, reduction) => {
        const of = (anchors: "rows" | "columns" | "both") => lossOf(rows, { ...kind, labels, reduction, anchors });
        const [x, y, both] = [await of("rows"), await of("columns"), await of("both")];
        expect(both.anchors).to.equal("both");
        expect(both.loss).to.equal((x.loss! + y.loss!) / 2);
        for (const [name, value] of Object.entries(both.components)) {
          expect(value).to.equal((x.components[name]! + y.components[name]!) / 2);
        }
        for (const key of ["terms", "active", "withoutPositive", "withoutNegative"] as const) {
          expect(both.counts[key]).to.equal(x.counts[key]! + y.counts[key]!);
        }
        expect(Object.keys(both.perAnchor)).to.deep.equal(Object.keys(x.perAnchor));
        for (const [column, values] of Object.entries(both.perAnchor)) {
          const [ofRows, ofColumns] = [Array.from(x.perAnchor[column]!), Array.from(y.perAnchor[column]!)];
          const expected = ofRows.map((value, i) => {
            const other = ofColumns[i]!;
            if (column.endsWith("Index")) return value === other ? value : -1;
            return ["terms", "active"].includes(column) ? value + other : (value + other) / 2;
          });
          expect(bits(Float64Array.from(values))).to.deep.equal(bits(Float64Array.from(expected)));
        }
      }),
    );
  });

  it("reports the hardest positive and negative of each anchor, the first of equal ones", async () => {
    const rows = [
      [1, 0.5, 0.5, 0.1],
      [0.2, 1, 0.3, 0.4],
      [0.7, 0.6, 0.9, 0.7],
      [0, -0.5, -0.5, 1],
    ];
    const labels = ["x", "x", "x", "y"];
    const { perAnchor } = await lossOf(rows, { kind: "contrastive", labels, excludeSelf: true });
    expect(Array.from(perAnchor.positive!)).to.deep.equal([0.5, 0.2, 0.6, Number.NaN]);
    expect(Array.from(perAnchor.positiveIndex!)).to.deep.equal([1, 0, 1, -1]);
    expect(Array.from(perAnchor.negative!)).to.deep.equal([0.1, 0.4, 0.7, 0]);
    expect(Array.from(perAnchor.negativeIndex!)).to.deep.equal([3, 3, 3, 0]);
  });

  it("evaluates each margin of a list as if it were the only one, in order", async () => {
    const rows = randomRows(6, 6, 4);
    const labels = ["x", "y", "x", "z", "y", "x"];
    for (const mining of ["batch-hard", "batch-all", "semi-hard"] as const) {
      for (const anchors of ["rows", "both"] as const) {
        const options = { kind: "triplet", mining, anchors, labels } as const;
        const margins = [0.5, 0.1, 0, 0.1];
        const { losses } = await similarityLoss(tiled(matrixOf(rows)), { ...options, margins });
        const alone = await Promise.all(margins.map((margin) => lossOf(rows, { ...options, margins: [margin] })));
        expect(losses.map(exactly)).to.deep.equal(alone.map(exactly));
      }
    }
  });

  it("passes each tile once to `watch`, in one pass or several", async () => {
    const matrix = cut(matrixOf(randomRows(5, 5, 1)), [2]);
    for (const anchors of ["rows", "columns", "both"] as const) {
      for (const kind of KINDS) {
        const seen: number[] = [];
        await similarityLoss(matrix, { ...kind, anchors }, ({ firstRow }: Tile) => seen.push(firstRow));
        expect(seen).to.deep.equal([0, 2, 4]);
      }
    }
  });

  it("does not depend on the order of the batch", async () => {
    await fc.assert(
      fc.asyncProperty(batches, kinds, async ({ rows, labels }, kind) => {
        const reversed = rows.map((row) => row.slice().reverse()).reverse();
        const loss = await lossOf(rows, { ...kind, labels });
        const other = await lossOf(reversed, { ...kind, labels: labels === null ? null : labels.slice().reverse() });
        expect(other.loss).to.be.closeTo(loss.loss!, 1e-12);
        expect(other.counts).to.include({ terms: loss.counts.terms, active: loss.counts.active });
      }),
    );
  });
});

describe("labels of a loss", () => {
  it("have no effect if all differ", async () => {
    await fc.assert(
      fc.asyncProperty(batches, kinds, async ({ rows }, kind) => {
        const labels = rows.map((_, i) => `class ${i}`);
        expect(exactly(await lossOf(rows, { ...kind, labels }))).to.equal(exactly(await lossOf(rows, kind)));
      }),
    );
  });

  it("of one class leave no triplet and no negative pair", async () => {
    const rows = randomRows(4, 4, 2);
    const labels = ["x", "x", "x", "x"];
    for (const kind of KINDS.slice(0, 4)) {
      const found = await lossOf(rows, { ...kind, labels });
      expect(found.loss).to.equal(0);
      expect(found.counts).to.deep.equal({ terms: 0, active: 0, withoutNegative: 4, withoutPositive: 0 });
      expect(found.perAnchor.loss.every(Number.isNaN), "a loss of an anchor").to.be.true;
      expect(Array.from(await gradientOf(rows, { ...kind, labels }))).to.deep.equal(new Array(16).fill(0));
    }
    expect((await lossOf(rows, { kind: "infonce", labels })).loss).to.be.closeTo(0, 1e-15);
    const { components, counts } = await lossOf(rows, { kind: "contrastive", labels, excludeSelf: true });
    expect([components.negativeLoss, counts.terms]).to.deep.equal([0, 12]);
  });

  it("skip an anchor without another row of its class if the diagonal is excluded", async () => {
    const labels = ["x", "x", "y"];
    const rows = randomRows(3, 3, 5);
    for (const kind of KINDS.slice(0, 4)) {
      const found = await lossOf(rows, { ...kind, labels, excludeSelf: true });
      expect(found.counts.withoutPositive).to.equal(1);
      expect(found.perAnchor.loss[2]).to.be.NaN;
    }
  });
});

/**
 * Returns the central differences of a loss; h is far above rounding errors and far below the differences between
 * cells.
 */
async function differences(rows: Rows, lossAt: (rows: Rows) => Promise<number>): Promise<number[]> {
  const h = 1e-6;
  const slopes: number[] = [];
  for (const [i, row] of rows.entries()) {
    for (const j of row.keys()) {
      const moved = (by: number) => rows.map((r, k) => (k === i ? r.map((x, l) => (l === j ? x + by : x)) : r));
      slopes.push(((await lossAt(moved(h))) - (await lossAt(moved(-h)))) / (2 * h));
    }
  }
  return slopes;
}

describe("the gradient", () => {
  const LABELS = ["x", "y", "x", "z", "y", "x"];
  // For these seeds, no cell and no difference of two is within h of a kink of the losses.
  const seeds = fc.constantFrom(3, 5, 8, 13, 21, 34);

  it("agrees with finite differences, for every kind", async () => {
    await fc.assert(
      fc.asyncProperty(
        seeds,
        kinds,
        reductions,
        directions,
        fc.constantFrom("none", "pair", "self"),
        async (...drawn) => {
          const [seed, kind, reduction, anchors, labelled] = drawn;
          const rows = randomRows(6, 6, seed);
          const excludeSelf = labelled === "self" && kind.kind !== "infonce";
          const labels = labelled === "none" ? null : LABELS;
          const options = { ...kind, reduction, anchors, labels, excludeSelf };
          const found = await gradientOf(rows, options);
          expectClose(found, await differences(rows, async (moved) => (await lossOf(moved, options)).loss!), 1e-7);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("agrees with finite differences, for hard negatives", async () => {
    const fallbacks = fc.constantFrom("floor" as const, "subtract" as const, "easiest" as const, "skip" as const);
    const negatives = fc.constantFrom("semi-hard" as const, "hard" as const);
    await fc.assert(
      fc.asyncProperty(seeds, negatives, fallbacks, reductions, directions, fc.boolean(), async (seed, ...choices) => {
        const [kind, fallback, reduction, anchors, labelled] = choices;
        const rows = randomRows(6, 6, seed);
        const labels = labelled ? LABELS : null;
        const options = { negatives: kind, fallback, reduction, anchors, labels, margins: [0.7] };
        const evaluate = (moved: Rows) => similarityLoss(tiled(matrixOf(moved)), { kind: "hard-negative", ...options });
        const found = (await hold((await evaluate(rows)).gradient())).values;
        expectClose(found, await differences(rows, async (moved) => (await evaluate(moved)).losses[0]!.loss!), 1e-7);
      }),
      { numRuns: 60 },
    );
  });

  it("is 0 on a hinge, and goes to the first of equally hard pairs", async () => {
    const rows = [
      [0.5, 0.25, 0.25],
      [0, 1, 0],
      [0, 0, 1],
    ];
    for (const [mining, chosen] of [
      ["batch-hard", [-1, 1, 0]],
      ["semi-hard", [-1, 1, 0]],
      ["batch-all", [-2, 1, 1]],
    ] as const) {
      const options = (margin: number) => ({ kind: "triplet", mining, margins: [margin], reduction: "sum" }) as const;
      expect(Array.from(await gradientOf(rows, options(0.25)))).to.deep.equal(new Array(9).fill(0));
      const { loss, counts } = await lossOf(rows, options(0.25));
      expect([loss, counts.active]).to.deep.equal([0, 0]);
      const found = Array.from(await gradientOf(rows, options(0.5)));
      expect(found).to.deep.equal([...chosen, 0, 0, 0, 0, 0, 0]);
    }
  });

  it("is 0 for an anchor without a positive, which has no supervised contrastive loss", async () => {
    const rows = randomRows(3, 3, 5);
    const options = { kind: "supcon", labels: ["x", "x", "y"], excludeSelf: true } as const;
    expect(Array.from((await gradientOf(rows, options)).subarray(6))).to.deep.equal([0, 0, 0]);
    expect((await lossOf(rows, options)).counts).to.include({ terms: 2, withoutPositive: 1 });
  });

  it("goes to the first of equal negatives that a semi-hard pair falls back to", async () => {
    const rows = [
      [-0.5, 0.25, 0.25],
      [0, 1, 0],
      [0, 0, 1],
    ];
    const options = { kind: "triplet", mining: "semi-hard", margins: [0.1], reduction: "sum" } as const;
    expect(Array.from(await gradientOf(rows, options))).to.deep.equal([-1, 1, 0, 0, 0, 0, 0, 0, 0]);
  });

  it("is rejected unless the loss is one number", async () => {
    const matrix = tiled(matrixOf(randomRows(3, 3, 1)));
    const { gradient } = await similarityLoss(matrix, { kind: "infonce", reduction: "none" });
    expect(gradient).to.throw(UsageError, "found none");
    const hard = await similarityLoss(matrix, { kind: "hard-negative", reduction: "none" });
    expect(hard.gradient).to.throw(UsageError, "found none");
  });
});

describe("options of a loss", () => {
  const rows = randomRows(3, 3, 1);

  it("have the defaults of the references", async () => {
    const settings = async (options: KindOptions) => {
      const { settings, reduction } = await lossOf(rows, options);
      return { ...settings, reduction };
    };
    const triplet = { mining: "batch-hard", margin: 0.05, reduction: "nonzero" };
    expect(await settings({ kind: "triplet" })).to.deep.equal(triplet);
    const all = await settings({ kind: "triplet", mining: "batch-all" });
    expect(all).to.deep.equal({ ...triplet, mining: "batch-all" });
    const semiHard = await settings({ kind: "triplet", mining: "semi-hard" });
    expect(semiHard).to.deep.equal({ mining: "semi-hard", margin: 1, reduction: "mean" });
    expect(await settings({ kind: "soft-margin" })).to.deep.equal({ reduction: "mean" });
    expect(await settings({ kind: "infonce" })).to.deep.equal({ temperature: 0.07, reduction: "mean" });
    expect(await settings({ kind: "siglip" })).to.deep.equal({ scale: 10, bias: -10, reduction: "mean" });
    expect(await settings({ kind: "supcon" })).to.deep.equal({ temperature: 0.1, reduction: "mean" });
    const contrastive = { positiveMargin: 1, negativeMargin: 0, reduction: "nonzero" };
    expect(await settings({ kind: "contrastive" })).to.deep.equal(contrastive);
    const multiSimilarity = { alpha: 2, beta: 50, base: 0.5, reduction: "mean" };
    expect(await settings({ kind: "multi-similarity" })).to.deep.equal(multiSimilarity);
  });

  it("are rejected if they would give no number", async () => {
    const refused: readonly KindOptions[] = [
      { kind: "infonce", temperature: 0 },
      { kind: "siglip", scale: 0 },
      { kind: "supcon", temperature: -1 },
      { kind: "multi-similarity", alpha: -1 },
      { kind: "multi-similarity", beta: 0 },
    ];
    for (const options of refused) {
      const error = await failure(lossOf(rows, options));
      expect(error).to.be.an.instanceOf(UsageError);
      expect(error.message).to.contain("above 0");
    }
  });

  it("exclude the diagonal only if labels define other positives", async () => {
    for (const options of [
      { kind: "contrastive", excludeSelf: true },
      { kind: "infonce", excludeSelf: true, labels: ["x", "x", "y"] },
    ] as const) {
      expect(await failure(lossOf(rows, options))).to.be.an.instanceOf(UsageError);
    }
  });
});

describe("a matrix without a loss", () => {
  it("is rejected as for hard negatives", async () => {
    for (const kind of KINDS) {
      expect((await failure(lossOf([[1, 2]], kind))).message).to.contain("found 1×2");
      expect((await failure(lossOf([[1]], kind))).message).to.contain("at least 2");
      expect((await failure(lossOf(randomRows(3, 3, 1), { ...kind, labels: ["x"] }))).message).to.contain("each of 3");
      for (const anchors of ["rows", "columns", "both"] as const) {
        const rows = randomRows(3, 3, 1);
        rows[1]![2] = Number.NaN;
        const error = await failure(lossOf(rows, { ...kind, anchors }));
        expect(error).to.be.an.instanceOf(DataError);
        expect(error.message).to.contain("row 1, column 2 of").and.to.contain("found NaN");
      }
    }
  });
});
