import { expect } from "chai";
import fc from "fast-check";
import { DataError } from "#dist/core/errors.js";
import { type Tile, tiled } from "#dist/core/matrix.js";
import { vectorsFrom } from "#dist/core/vectors.js";
import { HARD_NEGATIVE_DEFAULTS } from "#dist/loss/hard-negative.js";
import { type HardNegativeOptions, hardNegativeLoss } from "#dist/loss/similarity-loss.js";
import type { Fallback, SimilarityLoss } from "#dist/loss/types.js";
import { cosineTiles } from "#dist/similarity/similarity.js";
import { bits, cut, drawing, expectClose, failure, matrixOf, randomRows, transposed } from "../reference.js";

type Rows = readonly (readonly number[])[];

/** Returns the losses of a matrix for one margin. */
async function lossOf(rows: Rows, options: HardNegativeOptions = {}): Promise<SimilarityLoss> {
  const [result] = await hardNegativeLoss(tiled(matrixOf(rows)), options);
  return result!;
}

const raw = (values: ArrayLike<number>): number[] => Array.from(values);

/** Square matrices over [−1, 1], some on a coarse grid to produce ties. */
const square = fc.integer({ min: 2, max: 7 }).chain((b) => {
  const cell = fc.oneof(
    fc.double({ min: -1, max: 1, noNaN: true }),
    fc.integer({ min: -4, max: 4 }).map((x) => x / 4),
  );
  return fc.array(fc.array(cell, { minLength: b, maxLength: b }), { minLength: b, maxLength: b });
});
const choices = fc.record({
  negatives: fc.constantFrom("semi-hard" as const, "hard" as const),
  reduction: fc.constantFrom("sum" as const, "mean" as const, "nonzero" as const, "none" as const),
  fallback: fc.constantFrom("floor" as const, "subtract" as const, "easiest" as const, "skip" as const),
  margins: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 3 }),
});

/** Formats a result as text, with every double as its bits. */
const exactly = (results: readonly SimilarityLoss[]): string =>
  JSON.stringify(results, (_, value) =>
    value instanceof Float64Array ? bits(value) : typeof value === "number" ? bits([value]) : value,
  );

describe("hardNegativeLoss", () => {
  it("has the published defaults", async () => {
    expect(HARD_NEGATIVE_DEFAULTS).to.deep.equal({
      margin: 0.25,
      negatives: "semi-hard",
      fallback: "floor",
      tieTolerance: 1e-12,
    });
    expect(await lossOf(randomRows(3, 3, 1))).to.deep.include({
      settings: HARD_NEGATIVE_DEFAULTS,
      reduction: "sum",
      anchors: "rows",
    });
  });

  it("returns the same bits for one tile and for many", async () => {
    const heights = fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 3 });
    const anchors = fc.constantFrom("rows" as const, "columns" as const, "both" as const);
    await fc.assert(
      fc.asyncProperty(square, heights, choices, anchors, async (rows, cuts, options, from) => {
        const all = { ...options, anchors: from };
        const whole = await hardNegativeLoss(tiled(matrixOf(rows)), all);
        expect(exactly(await hardNegativeLoss(cut(matrixOf(rows), cuts), all))).to.equal(exactly(whole));
      }),
    );
  });

  it("returns for columns as anchors the bits of the transposed matrix", async () => {
    await fc.assert(
      fc.asyncProperty(square, choices, async (rows, options) => {
        const columns = await hardNegativeLoss(tiled(matrixOf(rows)), { ...options, anchors: "columns" });
        const turned = await hardNegativeLoss(tiled(matrixOf(transposed(rows))), options);
        expect(columns.every(({ anchors }) => anchors === "columns")).to.be.true;
        expect(exactly(columns.map((result) => ({ ...result, anchors: "rows" })))).to.equal(exactly(turned));
      }),
    );
  });

  it("returns for both directions their mean, and the sum of their counts", async () => {
    await fc.assert(
      fc.asyncProperty(square, choices, async (matrix, options) => {
        const of = (anchors: "rows" | "columns" | "both") =>
          hardNegativeLoss(tiled(matrixOf(matrix)), { ...options, anchors });
        const [rows, columns, both] = [await of("rows"), await of("columns"), await of("both")];
        both.forEach((result, k) => {
          const [x, y] = [rows[k]!, columns[k]!];
          const numbers = ({ components, loss }: SimilarityLoss) => [components.l1!, components.l2!, loss!];
          const means = numbers(x).map((value, i) => (value + numbers(y)[i]!) / 2);
          expect(numbers(result)).to.deep.equal(options.reduction === "none" ? [null, null, null] : means);
          for (const key of ["meanNegative", "closestNegative", "l1", "l2", "loss"] as const) {
            const means = raw(x.perAnchor[key]!).map((value, i) => (value + y.perAnchor[key]![i]!) / 2);
            expect(bits(result.perAnchor[key]! as Float64Array)).to.deep.equal(bits(Float64Array.from(means)));
          }
          const [i, j] = [x, y].map(({ perAnchor }) => raw(perAnchor.closestNegativeIndex!));
          expect(raw(result.perAnchor.closestNegativeIndex!)).to.deep.equal(
            i!.map((at, k) => (at === j![k] ? at : -1)),
          );
          expect(result.counts).to.deep.equal({
            ties: x.counts.ties! + y.counts.ties!,
            withoutNegative: x.counts.withoutNegative! + y.counts.withoutNegative!,
          });
          expect(result.anchors).to.equal("both");
        });
      }),
    );
  });

  it("evaluates each margin of a list as if it were the only one, in order", async () => {
    const rows = randomRows(6, 6, 4);
    const margins = [0.5, 0.1, 0, 0.1];
    for (const anchors of ["rows", "both"] as const) {
      const together = await hardNegativeLoss(tiled(matrixOf(rows)), { margins, anchors });
      const alone = await Promise.all(margins.map((margin) => lossOf(rows, { margins: [margin], anchors })));
      expect(together.map(({ settings }) => settings.margin)).to.deep.equal(margins);
      expect(exactly(together)).to.equal(exactly(alone));
    }
  });

  it("does not decrease with a larger margin, or with hard negatives", async () => {
    await fc.assert(
      fc.asyncProperty(square, async (rows) => {
        const matrix = tiled(matrixOf(rows));
        const [small, large] = await hardNegativeLoss(matrix, { margins: [0.1, 0.5] });
        const [hard] = await hardNegativeLoss(matrix, { margins: [0.1], negatives: "hard" });
        for (let i = 0; i < rows.length; i++) {
          expect(large!.perAnchor.loss[i]).to.be.at.least(small!.perAnchor.loss[i]!);
          expect(hard!.perAnchor.loss[i]).to.be.at.least(small!.perAnchor.loss[i]!);
        }
      }),
    );
  });

  it("passes each tile once to `watch`, in one pass or several", async () => {
    const matrix = cut(matrixOf(randomRows(5, 5, 1)), [2]);
    for (const anchors of ["rows", "columns", "both"] as const) {
      const seen: number[] = [];
      await hardNegativeLoss(matrix, { anchors }, ({ firstRow }: Tile) => seen.push(firstRow));
      expect(seen).to.deep.equal([0, 2, 4]);
    }
  });
});

describe("ties", () => {
  const rows = [
    [0.5, 0.5, 0.9],
    [0.1, 0.2, 0.2 + 1e-13],
    [0, 0, 0.3],
  ];

  it("are kept as negatives and counted", async () => {
    const { counts, perAnchor } = await lossOf(rows);
    expect(counts.ties).to.equal(2);
    expect(raw(perAnchor.closestNegative!)).to.deep.equal([0.5, 0.2 + 1e-13, 0]);
    expect(raw(perAnchor.closestNegativeIndex!)).to.deep.equal([1, 2, 0]);
    expect(perAnchor.l2![0]).to.equal(0.25);
  });

  it("end at the tolerance", async () => {
    const none = await lossOf(rows, { tieTolerance: 0 });
    expect(none.counts.ties).to.equal(1);
    expect(raw(none.perAnchor.closestNegativeIndex!)).to.deep.equal([1, 0, 0]);
    const wide = await lossOf(rows, { tieTolerance: 0.5 });
    expect(wide.counts.ties).to.equal(6);
    expect(raw(wide.perAnchor.closestNegativeIndex!)).to.deep.equal([2, 2, 0]);
  });

  it("select the first of equal negatives", async () => {
    expect(
      (
        await lossOf([
          [0.5, 0.2, 0.2],
          [0, 1, 0],
          [0, 0, 1],
        ])
      ).perAnchor.closestNegativeIndex![0],
    ).to.equal(1);
  });

  it("give equal losses in both engines if negatives are multiples of the positive", async () => {
    const draw = drawing(9);
    const directions = randomRows(10, 9, 3);
    // Candidates come in pairs of equal direction, so that each has a negative of the same similarity.
    const b = directions.flatMap((row) => {
      const factor = 0.1 + 5 * draw();
      return [row, row.map((x) => x * factor)];
    });
    const a = b.map((row) => row.map((x) => x + 0.4 * (draw() - 0.5)));
    const sets = [vectorsFrom(a), vectorsFrom(b)] as const;
    const of = async (mode: "loop" | "matrix", tieTolerance: number) =>
      (await hardNegativeLoss(await cosineTiles(...sets, { mode }), { tieTolerance }))[0]!;
    const [loop, matrix] = [await of("loop", 1e-12), await of("matrix", 1e-12)];
    expect(matrix.loss).to.be.closeTo(loop.loss!, 1e-12);
    expectClose(matrix.perAnchor.closestNegative!, loop.perAnchor.closestNegative!, 1e-14);
    expect(loop.counts.ties).to.equal(20);
    expect(matrix.counts.ties).to.equal(20);
    // Without the tolerance, the rounding of each engine would decide.
    const jump = (await of("loop", 0)).loss! - (await of("matrix", 0)).loss!;
    expect(Math.abs(jump)).to.be.above(0.1);
  });
});

describe("an anchor without an eligible negative", () => {
  const rows = [
    [-0.5, 0.25, 0.75],
    [0, 1, 0.5],
    [0, 0, 1],
  ];
  const first = async (fallback: Fallback) => {
    const { perAnchor, counts } = await lossOf(rows, { fallback, margins: [0.9] });
    expect(counts.withoutNegative).to.equal(1);
    expect(perAnchor.l1![0]).to.be.closeTo(0.5 + 0.5 + 0.9, 1e-15);
    expect(raw(perAnchor.closestNegative!).slice(1)).to.deep.equal([0.5, 0]);
    return [perAnchor.closestNegative![0], perAnchor.closestNegativeIndex![0], perAnchor.l2![0]];
  };

  it("has −2 under floor", async () => {
    expect(await first("floor")).to.deep.equal([-2, -1, 0]);
  });

  it("has the largest negative minus 2 under subtract", async () => {
    const [closest, index, l2] = await first("subtract");
    expect([closest, index]).to.deep.equal([-1.25, 2]);
    expect(l2).to.be.closeTo(0.15, 1e-15);
  });

  it("has 0 minus 2 under subtract if every negative is below 0, because of the masked diagonal", async () => {
    const { perAnchor } = await lossOf(
      [
        [-0.9, -0.5],
        [0, 1],
      ],
      { fallback: "subtract" },
    );
    expect(raw(perAnchor.closestNegative!)).to.deep.equal([-2, 0]);
    expect(raw(perAnchor.closestNegativeIndex!)).to.deep.equal([-1, 0]);
  });

  it("has its smallest negative under easiest", async () => {
    const [closest, index, l2] = await first("easiest");
    expect([closest, index]).to.deep.equal([0.25, 1]);
    expect(l2).to.be.closeTo(1.65, 1e-15);
  });

  it("has the first of equal negatives", async () => {
    const equal = [
      [-0.5, 0.75, 0.25, 0.25, 0.75],
      ...[1, 2, 3, 4].map((i) => [0, 0, 0, 0, 0].map((_, j) => (i === j ? 1 : 0))),
    ];
    const index = async (fallback: Fallback) => (await lossOf(equal, { fallback })).perAnchor.closestNegativeIndex![0];
    expect([await index("easiest"), await index("subtract")]).to.deep.equal([2, 1]);
  });

  it("has no L2 under skip", async () => {
    const [closest, index, l2] = await first("skip");
    expect(closest).to.be.NaN;
    expect([index, l2]).to.deep.equal([-1, 0]);
  });
});

describe("labels", () => {
  it("exclude rows of the anchor's class from the negatives and their mean", async () => {
    const rows = [
      [0.5, 0.4, 0.1],
      [0.3, 0.6, 0.2],
      [0, 0.7, 0.9],
    ];
    const { perAnchor } = await lossOf(rows, { labels: ["x", "x", "y"] });
    expectClose(perAnchor.meanNegative!, [0.1, 0.2, 0.35], 1e-15);
    expect(raw(perAnchor.closestNegative!)).to.deep.equal([0.1, 0.2, 0.7]);
    expect(raw(perAnchor.closestNegativeIndex!)).to.deep.equal([2, 2, 1]);
  });

  it("have no effect if all differ", async () => {
    await fc.assert(
      fc.asyncProperty(square, choices, async (rows, options) => {
        const matrix = tiled(matrixOf(rows));
        const labels = rows.map((_, i) => `class ${i}`);
        const labelled = await hardNegativeLoss(matrix, { ...options, labels });
        expect(exactly(labelled)).to.equal(exactly(await hardNegativeLoss(matrix, options)));
      }),
    );
  });

  it("give losses of 0, counted, if all rows are in the anchor's class", async () => {
    const rows = [
      [-1, 1, 1],
      [1, -1, 1],
      [1, 1, -1],
    ];
    for (const negatives of ["semi-hard", "hard"] as const) {
      for (const fallback of ["floor", "subtract", "easiest", "skip"] as const) {
        for (const anchors of ["rows", "columns"] as const) {
          const labels = ["x", "x", "x"];
          const found = await lossOf(rows, { negatives, fallback, anchors, labels, margins: [5] });
          expect(found.loss).to.equal(0);
          expect(found.components).to.deep.equal({ l1: 0, l2: 0 });
          expect(found.counts).to.deep.equal({ withoutNegative: 3, ties: 0 });
          expect(raw(found.perAnchor.loss)).to.deep.equal([0, 0, 0]);
          expect(raw(found.perAnchor.meanNegative!)).to.deep.equal([Number.NaN, Number.NaN, Number.NaN]);
          expect(raw(found.perAnchor.closestNegative!)).to.deep.equal([Number.NaN, Number.NaN, Number.NaN]);
        }
      }
    }
  });

  it("are rejected unless there is one per anchor, with both counts", async () => {
    const error = await failure(
      lossOf(
        [
          [1, 0],
          [0, 1],
        ],
        { labels: ["x", "y", "z"] },
      ),
    );
    expect(error).to.be.an.instanceOf(DataError);
    expect(error.message).to.contain("each of 2 anchors").and.to.contain("found 3");
  });
});

describe("a matrix without losses", () => {
  it("is rejected with its shape if it is not square", async () => {
    const error = await failure(
      lossOf([
        [1, 2, 3],
        [4, 5, 6],
      ]),
    );
    expect(error).to.be.an.instanceOf(DataError);
    expect(error.message).to.equal("the similarities: expected a square matrix, found 2×3");
    const named = { ...tiled(matrixOf([[1, 2, 3]])), name: "s.csv" };
    expect((await failure(hardNegativeLoss(named))).message).to.match(/^s\.csv: .* found 1×3$/);
  });

  it("is rejected if it is a batch of one", async () => {
    for (const anchors of ["rows", "columns", "both"] as const) {
      const error = await failure(lossOf([[1]], { anchors }));
      expect(error).to.be.an.instanceOf(DataError);
      expect(error.message).to.contain("1×1").and.to.contain("at least 2");
    }
  });

  it("is rejected for a NaN cell, naming it", async () => {
    for (const anchors of ["rows", "columns", "both"] as const) {
      for (const [i, j] of [
        [0, 2],
        [1, 1],
        [2, 0],
      ] as const) {
        const rows = randomRows(3, 3, 1);
        rows[i]![j] = Number.NaN;
        const error = await failure(hardNegativeLoss(cut(matrixOf(rows), [1]), { anchors }));
        expect(error).to.be.an.instanceOf(DataError);
        expect(error.message).to.contain(`row ${i}, column ${j} of`).and.to.contain("found NaN");
        expect(error.hint).to.contain("--zero-vectors");
      }
    }
  });

  it("is rejected for a NaN cell that labels exclude", async () => {
    const labels = ["x", "x", "y"];
    const error = await failure(
      lossOf(
        [
          [1, Number.NaN, 0],
          [0, 1, 0],
          [0, 0, 1],
        ],
        { labels },
      ),
    );
    expect(error.message).to.contain("row 0, column 1");
  });
});
