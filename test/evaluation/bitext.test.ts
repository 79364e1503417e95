import { expect } from "chai";
import fc from "fast-check";
import type { ScoredMatrix } from "#dist/core/matrix.js";
import { vectorsFrom } from "#dist/core/vectors.js";
import { type BitextResult, evaluateBitext } from "#dist/evaluation/bitext.js";
import { cosineTiles } from "#dist/similarity/similarity.js";
import { scored, scoreRows } from "../neighbours/support.js";
import { fixtureJson } from "../reference.js";

interface Fixture {
  readonly first: number[][];
  readonly second: number[][];
  readonly bitext: { readonly [score: string]: { readonly [name: string]: number } };
}

const transposed = (rows: readonly (readonly number[])[]) => rows[0]!.map((_, j) => rows.map((row) => row[j]!));

/** The mean of the k greatest scores of each row, in the order of the scores. */
const meansOf = (rows: readonly (readonly number[])[], k: number) =>
  rows.map((row) => {
    const sorted = row.filter((score) => !Number.isNaN(score)).sort((x, y) => y - x);
    const nearest = sorted.slice(0, k);
    return nearest.reduce((sum, score) => sum + score, 0) / nearest.length;
  });

const FORMULAS: { readonly [score: string]: (cosine: number, own: number, other: number) => number } = {
  cosine: (cosine) => cosine,
  ratio: (cosine, own, other) => cosine / ((own + other) / 2),
  distance: (cosine, own, other) => cosine - (own + other) / 2,
  csls: (cosine, own, other) => 2 * cosine - own - other,
};

/** The accuracy by definition: the best of all columns, of equal ones the first. */
function accuracyByDefinition(rows: readonly (readonly number[])[], score: string, k: number): number {
  const [own, others] = [meansOf(rows, k), meansOf(transposed(rows), k)];
  const right = rows.filter((row, i) => {
    const scores = row.map((cosine, j) => FORMULAS[score]!(cosine, own[i]!, others[j]!));
    const best = scores.reduce((most, one) => (one > most ? one : most), Number.NEGATIVE_INFINITY);
    return scores.indexOf(best) === i;
  });
  return right.length / rows.length;
}

/** Square matrices of scores with ties and near ties, with and without scores that are missing. */
const squares = scoreRows().map((rows) => {
  const n = Math.min(rows.length, rows[0]!.length);
  return rows.slice(0, n).map((row) => row.slice(0, n));
});

/** Returns a matrix with a screen that leaves every row open, which `ofRows` then computes. */
function screened(exact: readonly (readonly number[])[]): ScoredMatrix {
  const whole = scored(exact);
  const ofRows = async (rows: Uint32Array) => scored(Array.from(rows, (row) => exact[row]!));
  return { ...whole, screen: { ofRows, nearest: async () => null, reaching: async () => null } };
}

describe("evaluateBitext", () => {
  it("equals NumPy and scikit-learn for rows with a hub", async () => {
    const { first, second, bitext } = fixtureJson<Fixture>("evaluation/tasks.json");
    const [a, b] = [vectorsFrom(first), vectorsFrom(second)];
    const found = await evaluateBitext(await cosineTiles(a, b), await cosineTiles(b, a));
    expect(found.map(({ score, k }) => [score, k])).to.deep.equal([
      ["cosine", null],
      ["ratio", 4],
      ["distance", 4],
      ["csls", 10],
    ]);
    for (const { score, k: _, ...numbers } of found) {
      const named = Object.entries(numbers).map(([name, value]) => [
        name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
        value,
      ]);
      const flat = Object.fromEntries(named) as { [name: string]: number };
      for (const [name, value] of Object.entries(bitext[score]!)) {
        expect(flat[name], `${score} ${name}`).to.be.closeTo(value, 1e-12);
      }
    }
  });

  it("finds the best of all rows, by the definitions, with ties and rounding errors", async () => {
    await fc.assert(
      fc.asyncProperty(squares, fc.integer({ min: 1, max: 5 }), fc.boolean(), async (rows, k, hasScreen) => {
        const matrix = hasScreen ? screened : scored;
        const found = await evaluateBitext(matrix(rows), matrix(transposed(rows)), k);
        for (const { score, forwardAccuracy, backwardAccuracy } of found) {
          expect(forwardAccuracy, score).to.equal(accuracyByDefinition(rows, score, k));
          expect(backwardAccuracy, score).to.equal(accuracyByDefinition(transposed(rows), score, k));
        }
      }),
    );
  });

  it("counts F1 by class, and mines each row once", async () => {
    // Rows 0 and 1 are both nearest to column 0, column 2 to row 2.
    const rows = [
      [0.9, 0.1, 0.2],
      [0.8, 0.7, 0.3],
      [0.1, 0.2, 0.6],
    ];
    const [cosine] = (await evaluateBitext(scored(rows), scored(transposed(rows)), 1)) as [BitextResult];
    expect(cosine.forwardAccuracy).to.equal(2 / 3);
    // Class 0: precision 1/2, recall 1; class 1: not predicted; class 2: found.
    expect(cosine.forwardF1).to.be.closeTo((2 / 3 + 0 + 1) / 3, 1e-15);
    expect(cosine.backwardF1).to.equal(1);
    // (1, 0) scores 0.8, but row 0 has been mined with column 0.
    expect(cosine).to.include({ miningF1: 1, miningThreshold: 0.6 });
  });
});
