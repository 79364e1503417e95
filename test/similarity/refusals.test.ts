import { expect } from "chai";
import { DataError, MachineError } from "#dist/core/errors.js";
import { vectorsFrom } from "#dist/core/vectors.js";
import { createRuntime } from "#dist/kernels/runtime.js";
import type { SimilarityOptions } from "#dist/similarity/options.js";
import { cosine, cosineSimilarity, cosineTiles } from "#dist/similarity/similarity.js";
import { bits, failure, fromFile } from "../reference.js";

const ENGINES: readonly SimilarityOptions[] = [
  { mode: "loop" },
  { mode: "matrix", backend: "js" },
  { mode: "matrix", backend: "mathjs" },
];

describe("zero vectors", () => {
  const a = fromFile(
    [
      [1, -2],
      [0, 0],
      [-3, -1],
    ],
    "a.csv",
    [2, 4, 5],
  );
  const b = fromFile(
    [
      [-1, -2],
      [0, -0],
      [5, 1],
      [-4, 2],
    ],
    "b.csv",
    [1, 2, 3, 9],
  );
  const nonZero = fromFile(
    [
      [1, -2],
      [3, 1],
    ],
    "c.csv",
    [1, 2],
  );

  for (const engine of ENGINES) {
    const name = [engine.mode, engine.backend].filter(Boolean).join(", ");

    it(`are errors that name file and line, with a hint (${name})`, async () => {
      for (const [left, right, place] of [
        [a, nonZero, "a.csv:4"],
        [nonZero, b, "b.csv:2"],
        [a, b, "a.csv:4"],
        [a, a, "a.csv:4"],
      ] as const) {
        const error = await failure(cosineSimilarity(left, right, engine));
        expect(error).to.be.an.instanceOf(DataError);
        expect(error.message).to.equal(`${place}: expected a direction, found a zero vector`);
        expect((error as DataError).options).to.equal("--zero-vectors zero");
      }
    });

    it(`give NaN under "nan", and do not affect other rows (${name})`, async () => {
      const { values } = await cosineSimilarity(a, b, { ...engine, zeroVectors: "nan" });
      const loop = await cosineSimilarity(a, b, { mode: "loop", zeroVectors: "zero" });
      values.forEach((value, cell) => {
        if (Math.floor(cell / 4) === 1 || cell % 4 === 1) expect(value, `cell ${cell}`).to.be.NaN;
        else expect(value, `cell ${cell}`).to.be.closeTo(loop.values[cell]!, 1e-15).and.not.equal(0);
      });
    });

    it(`give 0 under "zero", never −0 (${name})`, async () => {
      const { values } = await cosineSimilarity(a, b, { ...engine, zeroVectors: "zero" });
      const zeros = values.filter((_, cell) => Math.floor(cell / 4) === 1 || cell % 4 === 1);
      expect(bits(zeros)).to.deep.equal(bits([0, 0, 0, 0, 0, 0]));
      expect(values[0]).to.be.closeTo(0.6, 1e-15);
    });

    it(`are reported for paired rows too (${name})`, async () => {
      const pairs = [
        a,
        fromFile(
          [
            [1, 1],
            [2, 2],
            [3, 1],
          ],
          "d.csv",
          [1, 2, 3],
        ),
      ] as const;
      const error = await failure(cosineSimilarity(...pairs, { ...engine, paired: true }));
      expect(error.message).to.contain("a.csv:4");
      const nan = await cosineSimilarity(...pairs, { ...engine, paired: true, zeroVectors: "nan" });
      expect(Array.from(nan.values, Number.isNaN)).to.deep.equal([false, true, false]);
      const zero = await cosineSimilarity(...pairs, { ...engine, paired: true, zeroVectors: "zero" });
      expect(bits([zero.values[1]!])).to.deep.equal(bits([0]));
      expect(zero.values[2]).to.be.closeTo(-1, 1e-15);
    });
  }

  it("do not include vectors of the smallest doubles", async () => {
    const least = vectorsFrom([[Number.MIN_VALUE, 0]]);
    for (const engine of ENGINES) expect((await cosineSimilarity(least, least, engine)).values[0]).to.equal(1);
  });
});

describe("sets of different shapes", () => {
  const three = vectorsFrom([[1, 2, 3]], { name: "a.csv" });
  const two = vectorsFrom(
    [
      [1, 2],
      [3, 4],
    ],
    { name: "b.csv" },
  );

  it("are rejected with both shapes if their dimensions differ", async () => {
    for (const paired of [false, true]) {
      const error = await failure(cosineTiles(three, two, { paired }));
      expect(error).to.be.an.instanceOf(DataError);
      expect(error.message).to.equal("a.csv (1×3) and b.csv (2×2): expected the same dimensions, found 3 and 2");
    }
  });

  it("are rejected with both shapes if rows are paired and their numbers differ", async () => {
    const one = vectorsFrom([[1, 2]], { name: "c.csv" });
    const error = await failure(cosineTiles(two, one, { paired: true }));
    expect(error).to.be.an.instanceOf(DataError);
    expect(error.message).to.equal("b.csv (2×2) and c.csv (1×2): expected the same batch size, found 2 and 1 rows");
    expect((await cosineTiles(two, one)).rows).to.equal(2);
  });
});

describe("a missing backend", () => {
  it("is an error that says what was found, with a hint", async () => {
    const set = vectorsFrom([[1]]);
    const runtime = createRuntime({ blas: "libnone.so" });
    const error = await failure(cosineTiles(set, set, { backend: "blas", runtime }));
    await runtime.dispose();
    expect(error).to.be.an.instanceOf(MachineError);
    expect(error.message).to.match(/^--backend blas: expected a BLAS on this machine, .+/);
    expect((error as MachineError).hint)
      .to.contain("Debian")
      .and.to.contain("macOS")
      .and.to.contain("Windows");
  });
});

describe("cosine", () => {
  it("rejects vectors of different lengths, empty and zero vectors, and non-finite components", () => {
    expect(() => cosine([1, 2], [1, 2, 3])).to.throw(DataError, "expected 2 components, found 3");
    expect(() => cosine([], [])).to.throw(DataError, "found none");
    expect(() => cosine([1, 2], [0, 0])).to.throw(DataError, "row 1: expected a direction, found a zero vector");
    expect(() => cosine([1, Number.NaN], [1, 2])).to.throw(DataError, "found NaN");
  });
});
