import { expect } from "chai";
import { textOf } from "../input/support.js";
import { fixtureText } from "../reference.js";
import { NumberSource } from "./numbers.js";
import { NumberWriter } from "./support.js";

const writer = new NumberWriter();

/** Returns the first few numbers that are written differently from JavaScript. */
function miswritten(values: Float64Array): string[] {
  return writer
    .write(values)
    .filter((text, i) => text !== textOf(values[i]!))
    .slice(0, 5);
}

const BUFFER = new DataView(new ArrayBuffer(8));
function fromBits(hex: string): number {
  BUFFER.setBigUint64(0, BigInt(`0x${hex}`));
  return BUFFER.getFloat64(0);
}

describe("numbers written by the kernels", () => {
  it("have JavaScript's text for doubles of every kind", () => {
    const source = new NumberSource(5);
    expect(miswritten(Float64Array.from({ length: 100_000 }, () => source.value()))).to.deep.equal([]);
  });

  it("have JavaScript's text for doubles that are hard to read", () => {
    const lines = fixtureText("numbers/hard.csv").trimEnd().split("\n");
    expect(miswritten(Float64Array.from(lines, (line) => fromBits(line.split(",")[1]!)))).to.deep.equal([]);
  });

  it("have JavaScript's text for every power of two and of ten, and their neighbours", () => {
    const powers = [
      ...Array.from({ length: 2098 }, (_, i) => 2 ** (i - 1074)),
      ...Array.from({ length: 632 }, (_, i) => Number(`1e${i - 323}`)),
    ];
    const around = powers.flatMap((power) => {
      const [bits] = new BigUint64Array(Float64Array.of(power).buffer);
      return [...new Float64Array(BigUint64Array.of(bits! - 1n, bits!, bits! + 1n).buffer)];
    });
    expect(miswritten(Float64Array.from(around))).to.deep.equal([]);
    expect(miswritten(Float64Array.from(around, (value) => -value))).to.deep.equal([]);
  });

  it("have JavaScript's text for integers and few decimals", () => {
    const numbers = Array.from({ length: 40_000 }, (_, i) => [i, i / 100, i * 1e14, i / 1e9, -i * 1e-12]).flat();
    expect(miswritten(Float64Array.from(numbers))).to.deep.equal([]);
  });

  it("have JavaScript's text for doubles of the size of scores and distances", () => {
    const source = new NumberSource(6);
    expect(miswritten(Float64Array.from({ length: 200_000 }, () => source.score()))).to.deep.equal([]);
  });

  it("have JavaScript's text for doubles halfway between two decimals of 17 digits", () => {
    const halfway = Array.from({ length: 16 }, (_, i) =>
      Array.from({ length: 4000 }, (_, j) => (2 * j + 1) * 2 ** (i - 30)),
    );
    expect(miswritten(Float64Array.from(halfway.flat()))).to.deep.equal([]);
    expect(writer.write(Float64Array.of(33 * 2 ** -22, 35 * 2 ** -22))).to.deep.equal([
      "0.000007867813110351562",
      "0.000008344650268554688",
    ]);
  });

  it("change their notation where JavaScript does", () => {
    const texts = [
      "0",
      "-0",
      "1",
      "-1",
      "10",
      "0.1",
      "123456789",
      "0.000001",
      "1e-7",
      "0.0000011",
      "1.1e-7",
      "0.00000123456789012345",
      "100000000000000000000",
      "999999999999999900000",
      "1e+21",
      "1.1e+21",
      "123456789012345680000",
      "9007199254740993000",
      "12345678901234568",
      "1.7976931348623157e+308",
      "-1.7976931348623157e+308",
      "5e-324",
      "2.2250738585072014e-308",
      "2.225073858507201e-308",
      "1e+23",
      "1.0000000000000001e+23",
      "4503599627370495.5",
      "1.5e-10",
      "2e+100",
    ];
    expect(writer.write(Float64Array.from(texts, Number))).to.deep.equal(texts);
  });
});
