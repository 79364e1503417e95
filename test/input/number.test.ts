import { expect } from "chai";
import fc from "fast-check";
import { isName, isNumber, parseNumber } from "#dist/input/number.js";
import { bitsOf } from "./support.js";

const DIGITS = "0123456789";

/** The grammar of numbers again, as a state machine. */
function isValid(text: string): boolean {
  let at = 0;
  const eat = (set: string) => {
    const from = at;
    while (at < text.length && set.includes(text[at])) at++;
    return at - from;
  };
  const eatOne = (set: string) => at < text.length && set.includes(text[at]) && ++at > 0;
  eat(" \t");
  eatOne("+-");
  let digits = eat(DIGITS);
  if (eatOne(".")) digits += eat(DIGITS);
  if (digits === 0) return false;
  if (eatOne("eE")) {
    eatOne("+-");
    if (eat(DIGITS) === 0) return false;
  }
  eat(" \t");
  return at === text.length;
}

const digits = (least: number) =>
  fc.array(fc.constantFrom(...DIGITS), { minLength: least, maxLength: 20 }).map((all) => all.join(""));
const blanks = fc.array(fc.constantFrom(" ", "\t"), { maxLength: 3 }).map((all) => all.join(""));
const sign = fc.constantFrom("", "+", "-");
const validText = fc
  .tuple(
    blanks,
    sign,
    fc.oneof(
      digits(1),
      digits(1).map((whole) => `${whole}.`),
      fc.tuple(digits(1), digits(1)).map(([whole, part]) => `${whole}.${part}`),
      digits(1).map((part) => `.${part}`),
    ),
    fc.oneof(
      fc.constant(""),
      fc.tuple(fc.constantFrom("e", "E"), sign, fc.integer({ min: 0, max: 400 })).map((all) => all.join("")),
    ),
    blanks,
  )
  .map((parts) => parts.join(""));

describe("parseNumber", () => {
  it("parses every text of the grammar to the same double as JavaScript", () => {
    fc.assert(
      fc.property(validText, (text) => {
        expect(isValid(text)).to.equal(true);
        expect(bitsOf(parseNumber(text))).to.equal(bitsOf(Number.parseFloat(text.trim())));
      }),
    );
  });

  it("accepts exactly the grammar of an independent description", () => {
    const characters = fc.constantFrom(..."0123456789019+-.eE \tx_,naif\n\u00a0\u0661\uff11∞");
    const text = fc.array(characters, { maxLength: 9 }).map((all) => all.join(""));
    fc.assert(
      fc.property(fc.oneof(text, fc.string({ unit: "grapheme" })), (candidate) => {
        expect(Number.isNaN(parseNumber(candidate))).to.equal(!isValid(candidate));
      }),
      { numRuns: 3000 },
    );
  });

  it("agrees with that description if one character is changed, inserted or deleted", () => {
    const edit = fc.record({
      text: validText,
      at: fc.nat(40),
      put: fc.constantFrom("", ".", "-", "e", "0", " ", "x", ",", "_"),
      take: fc.boolean(),
    });
    fc.assert(
      fc.property(edit, ({ text, at, put, take }) => {
        const place = at % text.length;
        const edited = text.slice(0, place) + put + text.slice(place + (take ? 1 : 0));
        expect(Number.isNaN(parseNumber(edited))).to.equal(!isValid(edited));
      }),
      { numRuns: 2000 },
    );
  });

  it("parses the shortest text of any double to the same bits", () => {
    const any = fc.double({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(any, (value) => {
        const text = Object.is(value, -0) ? "-0" : String(value);
        expect(bitsOf(parseNumber(text))).to.equal(bitsOf(value));
        expect(isNumber(text)).to.equal(true);
      }),
      { numRuns: 2000 },
    );
  });

  for (const text of [
    "",
    " ",
    ".",
    "+",
    "-.",
    "1e",
    "1e+",
    "e5",
    "1_000",
    "1,5",
    "0x10",
    "0b1",
    "0o7",
    "10n",
    "nan",
    "NaN",
    "inf",
    "Infinity",
    "-Infinity",
    "1 2",
    "--1",
    "1.2.3",
    "1\n",
    "\u00a01",
    "\u0661",
    "\uff11",
  ]) {
    it(`rejects ${JSON.stringify(text)}`, () => {
      expect(parseNumber(text)).to.be.NaN;
    });
  }

  it("returns infinity for a number beyond the doubles, which is not a finite number", () => {
    expect(parseNumber("1e999")).to.equal(Number.POSITIVE_INFINITY);
    expect(parseNumber("-1e999")).to.equal(Number.NEGATIVE_INFINITY);
    expect(isNumber("1e999")).to.equal(false);
    expect(parseNumber("1e-999")).to.equal(0);
    expect(bitsOf(parseNumber("-0"))).to.equal(bitsOf(-0));
  });

  it("parses cells of a million characters", () => {
    const many = 1_000_000;
    expect(parseNumber("1".repeat(many))).to.equal(Number.POSITIVE_INFINITY);
    expect(parseNumber(`0.${"1".repeat(many)}`)).to.equal(1 / 9);
    expect(parseNumber(`${"1".repeat(many)}x`)).to.be.NaN;
    expect(parseNumber(`1.${"1".repeat(many)}e`)).to.be.NaN;
    expect(parseNumber(`1${" ".repeat(many)}x`)).to.be.NaN;
    expect(parseNumber(`${" ".repeat(many)}7${" ".repeat(many)}`)).to.equal(7);
  });
});

describe("isName", () => {
  for (const text of ["a", "id", "_x", "x1", "-x", "日本", "é", "dim 1", "infant", "nullable", "e5"]) {
    it(`accepts ${JSON.stringify(text)}`, () => {
      expect(isName(text)).to.equal(true);
    });
  }

  for (const text of [
    "",
    " ",
    "1",
    "-1.5e3",
    "0x10",
    "1_000",
    "1e",
    "-3x",
    ".5a",
    "nan",
    "NaN",
    "-inf",
    "Infinity",
    "NA",
    "n/a",
    "null",
    "None",
    "true",
    "FALSE",
    " 1e5",
    "\t0x10",
    " nan ",
    "…",
    "--",
    "?",
  ]) {
    it(`rejects ${JSON.stringify(text)}`, () => {
      expect(isName(text)).to.equal(false);
    });
  }

  it("never accepts a number", () => {
    fc.assert(
      fc.property(validText, (text) => {
        expect(isName(text)).to.equal(false);
      }),
    );
  });
});
