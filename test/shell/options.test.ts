import { expect } from "chai";
import { Command } from "commander";
import fc from "fast-check";
import { UsageError } from "#dist/core/errors.js";
import { choice, decimalNumber, numberList, wholeNumber } from "#dist/shell/option-values.js";
import { addCommonOptions, addEngineOptions, addInputOptions } from "#dist/shell/options.js";

function parsed(...args: string[]) {
  const command = addEngineOptions(addInputOptions(addCommonOptions(new Command("x")))).exitOverride();
  return command.parse(args, { from: "user" }).opts();
}

function refused(act: () => unknown): UsageError {
  try {
    act();
  } catch (error) {
    expect(error).to.be.instanceOf(UsageError);
    return error as UsageError;
  }
  throw new Error("expected a refusal");
}

describe("wholeNumber", () => {
  it("accepts numbers in its range and rejects others", () => {
    const parse = wholeNumber("--n", 3, 9);
    fc.assert(
      fc.property(fc.integer({ min: -20, max: 20 }), (value) => {
        if (value >= 3 && value <= 9) expect(parse(String(value))).to.equal(value);
        else expect(() => parse(String(value))).to.throw(UsageError);
      }),
    );
  });

  for (const text of ["", " 4", "4.0", "4e0", "0x4", "-4", "+4", "four", "4,5"]) {
    it(`rejects ${JSON.stringify(text)}`, () => {
      expect(refused(() => wholeNumber("--n", 0, 9)(text)).message).to.equal(
        `--n: expected a whole number from 0 to 9, found "${text}"`,
      );
    });
  }
});

describe("decimalNumber", () => {
  it("accepts numbers from its minimum on", () => {
    const parse = decimalNumber("--sd", 0);
    for (const [text, value] of [
      ["0", 0],
      ["2", 2],
      [".5", 0.5],
      ["1e-3", 0.001],
    ] as const) {
      expect(parse(text)).to.equal(value);
    }
    expect(refused(() => parse("-1")).message).to.equal('--sd: expected a number, 0 or more, found "-1"');
  });

  for (const text of ["", "x", "nan", "inf", "1e999", "0x1", "1_0", "1,5"]) {
    it(`rejects ${JSON.stringify(text)}`, () => {
      expect(refused(() => decimalNumber("--m")(text)).message).to.equal(`--m: expected a number, found "${text}"`);
    });
  }

  it("is accepted in lists", () => {
    expect(numberList("--m")("0.1,-2, 3")).to.deep.equal([0.1, -2, 3]);
    for (const text of ["", "1,", "1,,2", "1;2"]) expect(() => numberList("--m")(text), text).to.throw(UsageError);
  });
});

describe("choice", () => {
  it("accepts its values, and suggests the most similar one otherwise", () => {
    const option = choice("-f, --format <format>", "", ["table", "csv"]);
    const parse = option.parseArg as (value: string) => string;
    expect(parse("csv")).to.equal("csv");
    const near = refused(() => parse("cvs"));
    expect([near.message, near.hint]).to.deep.equal([
      '--format: expected table, csv, found "cvs"',
      "did you mean csv?",
    ]);
    expect(refused(() => parse("parquet")).hint).to.equal("--help --all lists the values");
    expect(option.argChoices).to.deep.equal(["table", "csv"]);
  });
});

describe("the options of commands", () => {
  it("have their defaults", () => {
    expect(parsed()).to.deep.equal({
      color: "auto",
      decimal: ".",
      header: "auto",
      inputFormat: "auto",
      missing: "error",
      mode: "matrix",
      backend: "auto",
      dtype: "f64",
      zeroVectors: "error",
    });
  });

  for (const [text, bytes] of [
    ["256MB", 256e6],
    ["1.5g", 1.5e9],
    ["512 MiB", 2 ** 29],
    ["3k", 3000],
    ["1000000", 1e6],
  ] as const) {
    it(`parse ${text} as ${bytes} bytes of memory`, () => {
      expect(parsed("--max-memory", text).maxMemory).to.equal(bytes);
    });
  }

  for (const text of ["", "0", "-1", "1x", "MB", "1e6", "1 000"]) {
    it(`reject ${JSON.stringify(text)} as an amount of memory`, () => {
      expect(() => parsed("--max-memory", text)).to.throw(UsageError, /expected an amount of memory/);
    });
  }

  for (const [text, character] of [
    ["tab", "\t"],
    ["\\t", "\t"],
    ["space", " "],
    ["comma", ","],
    ["semicolon", ";"],
    ["pipe", "|"],
    [":", ":"],
    ["\t", "\t"],
    ["→", "→"],
  ] as const) {
    it(`parse ${JSON.stringify(text)} as the delimiter ${JSON.stringify(character)}`, () => {
      expect(parsed("-d", text).delimiter).to.equal(character);
    });
  }

  for (const text of ["", "a", "7", ".", "-", "+", '"', "\n", "\r", ",,", "ab", "constructor", "é"]) {
    it(`reject ${JSON.stringify(text)} as a delimiter`, () => {
      expect(refused(() => parsed(`--delimiter=${text}`)).message).to.equal(
        `--delimiter: expected one character that is not a letter, digit, quote, point or sign, found "${text}"`,
      );
    });
  }

  it("parse an id column by name or number", () => {
    expect(parsed("--id-column", "2").idColumn).to.equal(2);
    expect(parsed("--id-column", "name").idColumn).to.equal("name");
  });

  it("limit precision and threads to their ranges", () => {
    expect(parsed("--precision", "20", "--threads", "1")).to.include({ precision: 20, threads: 1 });
    for (const args of [
      ["--precision", "21"],
      ["--precision", "-1"],
      ["--threads", "0"],
      ["--color", "blue"],
    ]) {
      expect(() => parsed(...args), args.join(" ")).to.throw(UsageError);
    }
  });
});
