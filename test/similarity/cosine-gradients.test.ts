import { expect } from "chai";
import fc from "fast-check";
import { DataError } from "#dist/core/errors.js";
import { type Matrix, tiled } from "#dist/core/matrix.js";
import { type VectorSet, vectorsFrom } from "#dist/core/vectors.js";
import type { KindOptions } from "#dist/loss/kinds.js";
import { type SimilarityLossOptions, similarityLoss } from "#dist/loss/similarity-loss.js";
import { cosineGradients } from "#dist/similarity/cosine-gradients.js";
import { cosineTiles } from "#dist/similarity/similarity.js";
import { bits, cut, expectClose, failure, fixtureJson, matrixOf, randomRows, runtimeOf } from "../reference.js";

interface VectorCases {
  readonly a: readonly number[][];
  readonly b: readonly number[][];
  readonly labels: readonly string[];
  readonly cases: readonly {
    readonly kind: string;
    readonly settings: Readonly<Record<string, string | number>>;
    readonly isSelf: boolean;
    readonly a: readonly number[][];
    readonly b?: readonly number[][];
  }[];
}

/** Returns Σᵢⱼ G[i,j]·cos(a[i], b[j]), whose gradient with respect to the similarities is G. */
function weightedCosines(slopes: readonly number[][], a: readonly number[][], b: readonly number[][]): number {
  const length = (row: readonly number[]) => Math.hypot(...row);
  const cosine = (x: readonly number[], y: readonly number[]) =>
    x.reduce((sum, value, k) => sum + value * y[k]!, 0) / length(x) / length(y);
  return a.reduce((sum, x, i) => b.reduce((part, y, j) => part + slopes[i]![j]! * cosine(x, y), sum), 0);
}

/** Returns the central differences of a function of rows. */
function differences(rows: readonly number[][], of: (rows: readonly number[][]) => number): number[] {
  const h = 1e-6;
  return rows.flatMap((row, i) =>
    row.map((_, k) => {
      const moved = (by: number) => rows.map((r, l) => (l === i ? r.map((x, m) => (m === k ? x + by : x)) : r));
      return (of(moved(h)) - of(moved(-h))) / (2 * h);
    }),
  );
}

const valuesOf = (matrix: Matrix | null): Float64Array => matrix!.values;

describe("cosineGradients", () => {
  it("agrees with autograd for every kind of loss, of two sets and of a set compared with itself", async () => {
    const { a: left, b: right, labels, cases } = fixtureJson<VectorCases>("loss-kinds/vectors.json");
    expect(cases).to.have.length(17);
    for (const { kind, settings, isSelf, ...expected } of cases) {
      const { margin, ...own } = settings;
      const given = { kind, ...own, ...(margin === undefined ? {} : { margins: [margin] }) } as KindOptions;
      const options: SimilarityLossOptions = isSelf ? { ...given, labels, excludeSelf: true } : given;
      const a = vectorsFrom(left);
      const b = isSelf ? a : vectorsFrom(right);
      const { gradient } = await similarityLoss(await cosineTiles(a, b), options);
      const found = await cosineGradients(gradient(), a, b);
      expectClose(valuesOf(found.a), expected.a.flat(), 1e-13);
      if (!isSelf) expectClose(valuesOf(found.b), expected.b!.flat(), 1e-13);
    }
  });

  it("agrees with finite differences for any weights of similarities", async () => {
    const shape = fc.record({ n: fc.integer({ min: 2, max: 5 }), m: fc.integer({ min: 2, max: 5 }) });
    await fc.assert(
      fc.asyncProperty(shape, fc.integer({ min: 2, max: 6 }), fc.nat(1e6), async ({ n, m }, d, seed) => {
        const [a, b, slopes] = [randomRows(n, d, seed), randomRows(m, d, seed + 1), randomRows(n, m, seed + 2)];
        // The gradient grows without limit as a vector becomes short.
        fc.pre([...a, ...b].every((row) => Math.hypot(...row) > 0.2));
        const found = await cosineGradients(tiled(matrixOf(slopes)), vectorsFrom(a), vectorsFrom(b));
        const ofA = differences(a, (rows) => weightedCosines(slopes, rows, b));
        const ofB = differences(b, (rows) => weightedCosines(slopes, a, rows));
        expectClose(valuesOf(found.a), ofA, 1e-6);
        expectClose(valuesOf(found.b), ofB, 1e-6);
      }),
      { numRuns: 40 },
    );
  });

  it("adds the blocks of a large matrix, with the same bits for any tiles and number of threads", async () => {
    const [n, m, d] = [1100, 4200, 3];
    const [a, b] = [vectorsFrom(randomRows(n, d, 1)), vectorsFrom(randomRows(m, d, 2))];
    const slopes = matrixOf(randomRows(n, m, 3));
    const of = (heights: number[], threads: number) =>
      cosineGradients(cut(slopes, heights), a, b, { backend: "wasm", runtime: runtimeOf(threads) });
    const [found, other] = [await of([n], 1), await of([7, 300], 2)];
    for (const side of ["a", "b"] as const) {
      expect(bits(valuesOf(other[side]))).to.deep.equal(bits(valuesOf(found[side])));
      expectClose(valuesOf(found[side]), plainGradient(slopes, a, b, side), 1e-9);
    }
  });

  it("computes only the gradient that is asked for", async () => {
    const [a, b] = [vectorsFrom(randomRows(4, 3, 1)), vectorsFrom(randomRows(5, 3, 2))];
    const slopes = tiled(matrixOf(randomRows(4, 5, 3)));
    const both = await cosineGradients(slopes, a, b);
    const [onlyA, onlyB] = [
      await cosineGradients(slopes, a, b, { only: "a" }),
      await cosineGradients(slopes, a, b, { only: "b" }),
    ];
    expect([onlyA.b, onlyB.a]).to.deep.equal([null, null]);
    expect(bits(valuesOf(onlyA.a))).to.deep.equal(bits(valuesOf(both.a)));
    expect(bits(valuesOf(onlyB.b))).to.deep.equal(bits(valuesOf(both.b)));
  });

  it("takes one derivative for each row of both sets", async () => {
    const [a, b] = [vectorsFrom(randomRows(4, 3, 1)), vectorsFrom(randomRows(4, 3, 2))];
    const derivatives = [0.5, -1, 2, 0];
    const diagonal = derivatives.map((value, i) => derivatives.map((_, j) => (i === j ? value : 0)));
    const paired = await cosineGradients(tiled(matrixOf(derivatives.map((value) => [value]))), a, b);
    const square = await cosineGradients(tiled(matrixOf(diagonal)), a, b);
    expectClose(valuesOf(paired.a), valuesOf(square.a), 1e-15);
    expectClose(valuesOf(paired.b), valuesOf(square.b), 1e-15);
  });

  it("is inversely proportional to the length of a vector, however long or short it is", async () => {
    const slopes = tiled(matrixOf(randomRows(3, 3, 3)));
    const [a, b] = [randomRows(3, 4, 1), randomRows(3, 4, 2)];
    const { a: expected } = await cosineGradients(slopes, vectorsFrom(a), vectorsFrom(b));
    for (const power of [2 ** 600, 2 ** -600]) {
      const scaled = vectorsFrom(a.map((row) => row.map((x) => x * power)));
      const { a: found } = await cosineGradients(slopes, scaled, vectorsFrom(b));
      expectClose(
        valuesOf(found).map((x) => x * power),
        valuesOf(expected),
        1e-14,
      );
    }
  });

  it("is 0 for a zero vector, which is an error unless it is allowed", async () => {
    const slopes = tiled(matrixOf(randomRows(2, 2, 3)));
    const [a, b] = [
      vectorsFrom([
        [0, 0],
        [1, 2],
      ]),
      vectorsFrom([
        [1, 1],
        [2, 1],
      ]),
    ];
    expect(await failure(cosineGradients(slopes, a, b))).to.be.an.instanceOf(DataError);
    const found = await cosineGradients(slopes, a, b, { zeroVectors: "zero" });
    expect(Array.from(valuesOf(found.a).subarray(0, 2))).to.deep.equal([0, 0]);
    expect(valuesOf(found.b).every(Number.isFinite)).to.be.true;
  });

  it("rejects a gradient of another shape", async () => {
    const [a, b] = [vectorsFrom(randomRows(4, 3, 1)), vectorsFrom(randomRows(5, 3, 2))];
    const error = await failure(cosineGradients(tiled(matrixOf(randomRows(4, 4, 3))), a, b));
    expect(error.message).to.contain("found 4×4 for 4×3 and 5×3");
  });
});

/** Returns the gradient by the formula, cell by cell. */
function plainGradient(slopes: Matrix, a: VectorSet, b: VectorSet, side: "a" | "b"): number[] {
  const [own, other] = side === "a" ? [a, b] : [b, a];
  const d = own.dimensions;
  const rowOf = ({ values }: VectorSet, i: number) => Array.from(values.subarray(i * d, (i + 1) * d));
  const unit = (row: number[]) => row.map((x) => x / Math.hypot(...row));
  const others = Array.from({ length: other.rows }, (_, j) => unit(rowOf(other, j)));
  return Array.from({ length: own.rows }, (_, i) => {
    const row = rowOf(own, i);
    const sum = new Array<number>(d).fill(0);
    for (const [j, units] of others.entries()) {
      const slope = slopes.values[side === "a" ? i * slopes.columns + j : j * slopes.columns + i]!;
      for (let k = 0; k < d; k++) sum[k]! += slope * units[k]!;
    }
    const direction = unit(row);
    const along = sum.reduce((total, x, k) => total + x * direction[k]!, 0);
    return sum.map((x, k) => (x - along * direction[k]!) / Math.hypot(...row));
  }).flat();
}
