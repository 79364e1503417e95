import { expect } from "chai";
import fc from "fast-check";
import { DataError, MachineError, MalformedError, UsageError } from "#dist/core/errors.js";
import { EXIT, errorText, exitCodeOf } from "#dist/shell/report.js";
import { createPaint } from "#dist/tables/paint.js";

const fault = (line: number) => ({ file: "a.csv", line, field: 2, message: 'expected a number, found "abc"' });

describe("errorText", () => {
  it("returns one line, and a hint if there is one", async () => {
    const paint = await createPaint(0);
    expect(errorText(new DataError("a.csv: no such file", "look"), paint, false)).to.equal(
      "simcli: a.csv: no such file\nhint: look\n",
    );
    expect(errorText(new DataError("a.csv: no such file"), paint, false)).to.equal("simcli: a.csv: no such file\n");
  });

  it("returns one line per fault, then the number of further ones, then one hint", async () => {
    const paint = await createPaint(0);
    const ten = Array.from({ length: 10 }, (_, i) => fault(i + 1));
    const lines = errorText(new MalformedError(ten, 22, "try"), paint, false).split("\n");
    expect(lines.slice(0, 10)).to.deep.equal(
      ten.map(({ line }) => `simcli: a.csv:${line}:2: expected a number, found "abc"`),
    );
    expect(lines.slice(10)).to.deep.equal(["… and 12 more", "hint: try", ""]);
    expect(errorText(new MalformedError(ten, 10, "try"), paint, false)).to.not.include("more");
    expect(errorText(new MalformedError([fault(4)], 1), paint, true)).to.equal(
      'simcli: a.csv:4:2: expected a number, found "abc"\n',
    );
  });

  it("reports a bug in one line with a hint, and its stack with verbose", async () => {
    const paint = await createPaint(0);
    const bug = new TypeError("x is not a function");
    expect(errorText(bug, paint, false)).to.match(
      /^simcli: internal error: TypeError: x is not a function\nhint: .*report.*--verbose.*\n$/,
    );
    const lines = errorText(bug, paint, true).split("\n");
    expect(lines[0]).to.equal("simcli: internal error: TypeError: x is not a function");
    expect(lines[1]).to.match(/^ +at /);
    expect(errorText("thrown text", paint, false)).to.match(/^simcli: internal error: Error: thrown text\nhint: /);
    expect(errorText(undefined, paint, false)).to.match(/^simcli: internal error: Error: undefined\nhint: /);
  });

  it("reports lack of memory as an error, not a bug", async () => {
    const paint = await createPaint(0);
    for (const act of [
      () => new Array(-1),
      () => "x".repeat(2 ** 30),
      () => new Float64Array(Number.MAX_SAFE_INTEGER),
      () => new ArrayBuffer(Number.MAX_SAFE_INTEGER),
    ]) {
      let error: unknown;
      try {
        act();
      } catch (thrown) {
        error = thrown;
      }
      expect(error).to.be.instanceOf(RangeError);
      expect(errorText(error, paint, false)).to.match(/^simcli: not enough memory for this job\nhint: /);
    }
    expect(errorText(new RangeError("toFixed() digits"), paint, false)).to.include("internal error");
  });

  it("escapes control characters, and keeps its lines", async () => {
    const paint = await createPaint(0);
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.boolean(), (text, verbose) => {
        for (const error of [
          new DataError(text, text),
          new MalformedError([{ file: text, line: 1, message: text }], 1, text),
          new Error(text),
        ]) {
          const said = errorText(error, paint, verbose);
          expect(said.replaceAll("\n", "")).to.not.match(/[\p{Cc}\p{Cs}\u202a-\u202e]/u);
          if (!(error instanceof DataError)) continue;
          expect(said.split("\n")).to.have.length(text === "" ? 2 : 3);
        }
      }),
    );
  });

  it("shortens a line that quotes a long cell, and keeps its beginning and its end", async () => {
    const plain = await createPaint(0);
    const text = errorText(new DataError(`a.csv:1:2: found "${"x".repeat(1e6)}", not a number`), plain, false);
    expect(text).to.have.lengthOf.below(1100);
    expect(text).to.match(/^simcli: a\.csv:1:2: found "xx.* … x.*x", not a number\n$/);
  });

  it("is coloured by its paint", async () => {
    const said = errorText(new DataError("no", "try"), await createPaint(1), false);
    expect(said).to.match(/^\x1b\[31m.*simcli:.*\x1b\[39m.* no\n\x1b\[2mhint:\x1b\[22m try\n$/);
  });
});

describe("exitCodeOf", () => {
  it("returns 2 for usage errors and 1 for others", () => {
    expect(exitCodeOf(new UsageError("x"))).to.equal(2);
    for (const error of [new DataError("x"), new MachineError("x"), new MalformedError([], 0), new Error("x"), "x"]) {
      expect(exitCodeOf(error)).to.equal(1);
    }
    expect(EXIT).to.deep.equal({ done: 0, fault: 1, usage: 2, interrupted: 130 });
  });
});
