import { expect } from "chai";
import fc from "fast-check";
import { camelCase, numberFormat, numberFormatFor } from "#dist/output/number.js";
import { bitsOf, finite } from "./support.js";

describe("numberFormat", () => {
  it("writes the shortest text that reads back to the same bits", () => {
    const shortest = numberFormat(null, "nan");
    fc.assert(
      fc.property(finite, (value) => {
        const text = shortest(value);
        expect(bitsOf(Number(text))).to.equal(bitsOf(value));
        expect(text.replace(/^-/, "")).to.equal(String(Math.abs(value)));
      }),
      { numRuns: 1000 },
    );
    expect(shortest(-0)).to.equal("-0");
    expect(shortest(0.1)).to.equal("0.1");
  });

  it("writes the given number of digits after the decimal point, correctly rounded", () => {
    const similarity = fc.double({ min: -2, max: 2, noNaN: true });
    fc.assert(
      fc.property(similarity, fc.integer({ min: 0, max: 20 }), (value, precision) => {
        const text = numberFormat(precision, "nan")(value);
        expect(text).to.match(precision === 0 ? /^-?\d+$/ : new RegExp(`^-?\\d+\\.\\d{${precision}}$`));
        expect(Math.abs(Number(text) - value)).to.be.at.most(0.5 * 10 ** -precision + 1e-15);
        expect(text).to.not.match(/^-0(?:\.0*)?$/);
      }),
    );
  });

  it("never writes minus zero with a precision", () => {
    expect(numberFormat(4, "nan")(-0.00001)).to.equal("0.0000");
    expect(numberFormat(0, "nan")(-0.4)).to.equal("0");
    expect(numberFormat(2, "nan")(-0)).to.equal("0.00");
    expect(numberFormat(2, "nan")(-0.005000001)).to.equal("-0.01");
  });

  it("writes the given word for NaN", () => {
    expect(numberFormat(null, "null")(Number.NaN)).to.equal("null");
    expect(numberFormat(4, "nan")(Number.NaN)).to.equal("nan");
  });
});

describe("numberFormatFor", () => {
  it("rounds results, but not settings, counts and indices", () => {
    const short = numberFormat(2, "nan");
    for (const name of ["margin", "batch_size", "ties", "anchor", "closest_negative_index", "closestNegativeIndex"]) {
      expect(numberFormatFor(name, short)(0.12345), name).to.equal("0.12345");
    }
    for (const name of ["l1", "l2", "loss", "positive", "mean_negative", "closest_negative", "maxDifference"]) {
      expect(numberFormatFor(name, short)(0.12345), name).to.equal("0.12");
    }
  });

  it("accepts names in either spelling", () => {
    expect(camelCase("closest_negative_index")).to.equal("closestNegativeIndex");
    expect(camelCase("l1")).to.equal("l1");
  });
});
