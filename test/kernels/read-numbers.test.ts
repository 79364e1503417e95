import { expect } from "chai";
import fc from "fast-check";
import { bits, fixtureText } from "../reference.js";
import { NumberSource } from "./numbers.js";
import { NumberReader } from "./support.js";

const reader = new NumberReader();

/** Returns the first few texts that are read differently from JavaScript. */
function misread(texts: readonly string[]): string[] {
  const values = reader.read(texts);
  return texts.filter((text, i) => !Object.is(values[i], Number(text))).slice(0, 5);
}

const many = (count: number, each: () => string) => Array.from({ length: count }, each);

describe("numbers read by the kernels", () => {
  it("have Python's bits for the hard cases of the public test sets", () => {
    const lines = fixtureText("numbers/hard.csv").trimEnd().split("\n");
    const cases = lines.map((line) => line.split(",") as [string, string]);
    expect(cases).to.have.length.above(200);
    const values = reader.read(cases.map(([text]) => text));
    cases.forEach(([text, expected], i) => {
      expect(bits([values[i]!])[0]!.padStart(16, "0"), text).to.equal(expected);
    });
  });

  it("have JavaScript's bits for the shortest texts of doubles of every kind", () => {
    const source = new NumberSource(1);
    expect(misread(many(100_000, () => String(source.value())))).to.deep.equal([]);
  });

  it("have JavaScript's bits for texts of 1 to 25, and 400, digits", () => {
    const source = new NumberSource(2);
    expect(misread(many(80_000, () => source.text()))).to.deep.equal([]);
  });

  it("have JavaScript's bits for a digit, a point, and up to 25 decimals", () => {
    const source = new NumberSource(5);
    expect(misread(many(100_000, () => source.fraction()))).to.deep.equal([]);
    expect(misread(many(20_000, () => source.halfwayFraction()))).to.deep.equal([]);
  });

  it("have JavaScript's bits after and before any bytes", () => {
    // The kernel also loads the bytes before a number; they must not affect it.
    const others = ["", "1e+10", "-1.5e-07", "9999999999999999999999", "0.", "7e", "x"];
    for (const text of ["1.5", "-1.5", "0.1", "1.25e+05", "-0.0", "0.123456789012345678901234", "5.e+10"]) {
      for (const before of others) {
        const [value] = reader.read([before, text, "0"].filter((line) => line !== "")).slice(-2);
        expect(Object.is(value, Number(text)), `${before} then ${text}: ${value}`).to.equal(true);
      }
    }
  });

  it("have JavaScript's bits halfway between doubles, and next to it", () => {
    const source = new NumberSource(3);
    expect(misread(many(20_000, () => source.halfway()))).to.deep.equal([]);
  });

  it("have JavaScript's bits for 17 to 25 digits of doubles", () => {
    const source = new NumberSource(4);
    const draw = () => source.value();
    expect(misread(many(20_000, () => draw().toPrecision(25)))).to.deep.equal([]);
    expect(misread(many(10_000, () => draw().toExponential(16)))).to.deep.equal([]);
    expect(misread(many(10_000, () => draw().toPrecision(19)))).to.deep.equal([]);
    expect(misread(many(10_000, () => draw().toPrecision(20)))).to.deep.equal([]);
  });

  it("may have many blanks, zeros and digits of an exponent", () => {
    expect(
      misread(["\t 1.5 \t", `${"0".repeat(300)}7.25`, `0.${"0".repeat(300)}25e301`, `25${"0".repeat(340)}e-341`]),
    ).to.deep.equal([]);
    expect(misread([`0.${"0".repeat(100_000)}1e100001`, `1${"0".repeat(100_000)}e-100000`])).to.deep.equal([]);
    expect(misread(["1e-99999999999999999999", "0e99999999999999999999"])).to.deep.equal([]);
  });

  it("are left to the fallback parser if they are invalid or too long", () => {
    const beyond = ["1e309", "-1.7976931348623159e308", `2${"0".repeat(308)}`, `${"9".repeat(400)}.0`];
    const others = ["", ".", "+", "-.", "1e", "1e+", "e5", "0x10", "1_0", "nan", "Infinity", "1 2", "--1", "1.2.3"];
    const values = reader.read([...beyond, "1", ...others, "2"]);
    expect([...values]).to.deep.equal([...beyond.map(() => Number.NaN), 1, ...others.map(() => Number.NaN), 2]);
  });

  it("follow the same grammar as the strict parser", () => {
    const grammar = /^[ \t]*[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?[ \t]*$/;
    const character = fc.constantFrom(..."0123456789019+-.eE \tx_/:;");
    const text = fc.array(character, { maxLength: 24 }).map((all) => all.join(""));
    fc.assert(
      fc.property(text, (candidate) => {
        const expected = grammar.test(candidate) ? Number(candidate) : Number.NaN;
        const [value] = reader.read([candidate, "0"]);
        expect(bits([value!])).to.deep.equal(bits([Number.isFinite(expected) ? expected : Number.NaN]));
      }),
      { numRuns: 3000 },
    );
  });
});
