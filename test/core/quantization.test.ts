import { expect } from "chai";
import fc from "fast-check";
import { bitsOfHalf, roundToHalf } from "#dist/core/half.js";
import { int8Codes, quantized, rangesOf } from "#dist/core/quantization.js";
import { type VectorSet, vectorsFrom } from "#dist/core/vectors.js";
import { fixtureJson } from "../reference.js";

interface QuantizationFixture {
  readonly queries: number[][];
  readonly corpus: number[][];
  readonly calibration: number[][];
  readonly int8: number[][];
  readonly int8Calibrated: number[][];
  readonly int8Decoded: number[][];
  readonly ubinary: number[][];
  readonly f16: number[][];
  readonly f16Bits: number[][];
}

function floats(rows: number[][]): VectorSet {
  const set = vectorsFrom(rows);
  return { ...set, values: Float32Array.from(set.values) };
}

for (const [precision, setOf] of [
  ["float64", vectorsFrom],
  ["float32", floats],
] as const) {
  describe(`quantised ${precision} vectors`, () => {
    const expected = fixtureJson<QuantizationFixture>(`quantization/${precision}.json`);
    const set = setOf(expected.corpus);
    const copy = () => set.values.slice();

    it("have the int8 codes of Sentence Transformers, of their own ranges and of others", () => {
      const codes = (ranges: VectorSet) =>
        Array.from(int8Codes(set.values, rangesOf(ranges), new Int8Array(set.values.length)));
      expect(codes(set)).to.deep.equal(expected.int8.flat());
      expect(codes(setOf(expected.calibration))).to.deep.equal(expected.int8Calibrated.flat());
      expect(codes(set)).to.include.members([-128, 127]);
    });

    it("stand for the middle of a step, a sign, or the nearest half", () => {
      expect(Array.from(quantized(set, "int8", null, copy()).values)).to.deep.equal(expected.int8Decoded.flat());
      expect(Array.from(quantized(set, "f16", null, copy()).values)).to.deep.equal(expected.f16.flat());
      expect(Array.from(quantized(set, "binary", null, copy()).values)).to.deep.equal(
        expected.corpus.flat().map((value) => (value > 0 ? 1 : -1)),
      );
    });

    it("may take the memory of the set", () => {
      for (const kind of ["int8", "binary", "f16"] as const) {
        const own = { ...set, values: copy() };
        expect(quantized(own, kind, null, own.values)).to.deep.equal(quantized(set, kind, null, copy()));
      }
    });
  });
}

describe("int8 codes", () => {
  it("stand for a component within a step of the original one", () => {
    const rows = fc.array(fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 2, maxLength: 2 }), {
      minLength: 1,
      maxLength: 9,
    });
    fc.assert(
      fc.property(rows, (list) => {
        const set = vectorsFrom(list);
        const { least, greatest } = rangesOf(set);
        const { values } = quantized(set, "int8", null, set.values.slice());
        for (const [i, value] of values.entries()) {
          const step = (greatest[i % 2]! - least[i % 2]!) / 255;
          expect(Math.abs(value - set.values[i]!)).to.be.at.most(step * (1 + 1e-9) + 1e-12);
        }
      }),
    );
  });

  it("are clipped beyond the ranges, and 0 in a dimension without a range", () => {
    const ranges = rangesOf(
      vectorsFrom([
        [0, 5],
        [1, 5],
      ]),
    );
    expect(Array.from(int8Codes(Float64Array.of(-9, 5, 9, 6), ranges, new Int8Array(4)))).to.deep.equal([
      -128, 0, 127, 127,
    ]);
    const { values } = quantized(
      vectorsFrom([
        [0, 5],
        [1, 5],
      ]),
      "int8",
      null,
      new Float64Array(4),
    );
    expect(Array.from(values)).to.deep.equal([0, 5, 1, 5]);
  });

  it("need a calibration of the same dimensions", () => {
    const set = vectorsFrom([[1, 2]], { name: "a" });
    const ranges = rangesOf(vectorsFrom([[1, 2, 3]], { name: "b" }));
    expect(() => quantized(set, "int8", ranges, set.values)).to.throw(
      "b (1×3): expected the 2 dimensions of a (1×2), found 3",
    );
  });
});

describe("half precision", () => {
  it("rounds as NumPy does, to even between two halves", () => {
    const { numbers, bits } = fixtureJson<{ numbers: number[]; bits: number[] }>("quantization/halves.json");
    expect(numbers.map((number) => bitsOfHalf(roundToHalf(number)))).to.deep.equal(bits);
  });

  it("is infinite beyond its range, which vectors may not be", () => {
    expect([65519.9, 65520, -1e9].map(roundToHalf)).to.deep.equal([65504, Infinity, -Infinity]);
    expect(bitsOfHalf(Infinity)).to.equal(0x7c00);
    const set = vectorsFrom(
      [
        [1, 2],
        [3, 70000],
      ],
      { name: "a" },
    );
    expect(() => quantized(set, "f16", null, set.values)).to.throw(
      "a: row 1: expected numbers within ±65504 for f16, found 70000",
    );
  });
});
