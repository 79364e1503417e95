import { expect } from "chai";
import fc from "fast-check";
import { DataError } from "#dist/core/errors.js";
import { addNoise } from "#dist/core/noise.js";
import { xoshiro128 } from "#dist/core/random.js";
import { type VectorSet, vectorsFrom } from "#dist/core/vectors.js";
import { bits, expectClose, fixtureJson, fromFile, randomRows } from "../reference.js";

interface Reference {
  readonly state: [number, number, number, number];
  readonly outputs: readonly number[];
  readonly normals: readonly { readonly seed: number; readonly draws: readonly number[] }[];
}

const reference = fixtureJson<Reference>("noise/reference.json");
const zeros = (n: number): VectorSet => vectorsFrom([new Float64Array(n)]);

describe("xoshiro128", () => {
  it("returns the outputs of the published C code", () => {
    const next = xoshiro128(...reference.state);
    expect(reference.outputs.map(() => next())).to.deep.equal(reference.outputs);
  });
});

describe("addNoise", () => {
  it("draws the normal numbers of the reference for each seed", () => {
    for (const { seed, draws } of reference.normals) {
      expectClose(addNoise(zeros(draws.length), 1, seed).values, draws, 1e-13);
    }
  });

  it("scales the draws by the standard deviation and adds them to the components", () => {
    const { seed, draws } = reference.normals[1]!;
    const set = vectorsFrom([
      [10, 20, 30, 40],
      [50, 60, 70, 80],
    ]);
    const expected = draws.map((draw, k) => 10 * (k + 1) + 2 * draw);
    expectClose(addNoise(set, 2, seed).values, expected, 1e-13);
  });

  it("returns the same bits for the same seed, and different ones for another seed", () => {
    const set = vectorsFrom(randomRows(7, 5, 1));
    const first = addNoise(set, 2, 42).values;
    expect(bits(addNoise(set, 2, 42).values)).to.deep.equal(bits(first));
    const other = addNoise(set, 2, 43).values;
    expect(other.every((value, k) => value !== first[k])).to.be.true;
  });

  it("returns the same vectors for a standard deviation of 0", () => {
    const row = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(row, fc.nat(), (values, seed) => {
        const noisy = addNoise(vectorsFrom([values]), 0, seed).values;
        for (const [k, value] of values.entries()) expect(noisy[k] === value).to.be.true;
      }),
    );
  });

  it("has the mean, variance, tails and independence of a normal distribution", () => {
    const n = 100_000;
    const draws = addNoise(zeros(n), 2, 2024).values as Float64Array;
    const mean = draws.reduce((sum, x) => sum + x, 0) / n;
    const variance = draws.reduce((sum, x) => sum + (x - mean) ** 2, 0) / n;
    const within = (bound: number) => draws.filter((x) => Math.abs(x) < bound).length / n;
    const lag = draws.subarray(1).reduce((sum, x, k) => sum + x * draws[k]!, 0) / n / variance;
    expect(mean).to.be.closeTo(0, 0.04);
    expect(Math.sqrt(variance)).to.be.closeTo(2, 0.03);
    expect(within(2)).to.be.closeTo(0.6827, 0.01);
    expect(within(4)).to.be.closeTo(0.9545, 0.005);
    expect(within(6)).to.be.closeTo(0.9973, 0.001);
    expect(lag).to.be.closeTo(0, 0.02);
    expect(new Set(draws).size).to.equal(n);
  });

  it("keeps ids, name and lines, and does not modify its input", () => {
    const set = {
      ...fromFile(
        [
          [1, 2],
          [3, 4],
        ],
        "a.csv",
        [2, 5],
      ),
      ids: ["x", "y"],
      labels: ["p", "q"],
    };
    const { values, ...rest } = addNoise(set, 2, 1);
    const { values: given, ...restOfGiven } = set;
    expect(rest).to.deep.equal(restOfGiven);
    expect(Array.from(given)).to.deep.equal([1, 2, 3, 4]);
    expect(values.buffer).to.be.an.instanceOf(SharedArrayBuffer);
  });

  it("rejects a sum that overflows, naming the line", () => {
    const large = fromFile(
      [
        [1, 2],
        [1.7e308, -1.7e308],
      ],
      "a.csv",
      [3, 7],
    );
    expect(() => addNoise(large, 1.7e308, 1)).to.throw(DataError, /^a\.csv:[37]: expected a sum within ±1\.8e308/);
    const second = fromFile(
      [
        [0, 0],
        [Number.MAX_VALUE, -Number.MAX_VALUE],
      ],
      "a.csv",
      [3, 7],
    );
    expect(() => addNoise(second, 1e307, 1)).to.throw(DataError, "a.csv:7: expected a sum within ±1.8e308, found");
  });
});
