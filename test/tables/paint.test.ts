import { expect } from "chai";
import fc from "fast-check";
import { createPaint, scaleStep } from "#dist/tables/paint.js";

const ESCAPE = "\x1b[";
const METHODS = ["bold", "dim", "good", "bad"] as const;

describe("createPaint", () => {
  it("leaves text unchanged without colour", async () => {
    const paint = await createPaint(0);
    fc.assert(
      fc.property(fc.string(), fc.double(), (text, value) => {
        for (const method of METHODS) expect(paint[method](text)).to.equal(text);
        expect([paint.value(text, value), paint.heat(text, value)]).to.deep.equal([text, text]);
      }),
    );
  });

  it("uses 16 colours, 256 or all, depending on the level", async () => {
    const one = await createPaint(1);
    expect(one.value("x", -0.5)).to.equal(`${ESCAPE}94mx${ESCAPE}39m`);
    expect(one.value("x", 0.5)).to.equal(`${ESCAPE}91mx${ESCAPE}39m`);
    expect(one.value("x", 0)).to.equal("x");
    expect(one.heat("x", -1)).to.include(`${ESCAPE}44m`);
    expect(one.heat("x", 1)).to.include(`${ESCAPE}41m`);
    const two = await createPaint(2);
    expect(two.value("x", -1)).to.equal(`${ESCAPE}38;5;69mx${ESCAPE}39m`);
    expect(two.value("x", 1)).to.equal(`${ESCAPE}38;5;203mx${ESCAPE}39m`);
    expect(two.heat("x", 0)).to.include(`${ESCAPE}48;5;255m`);
    const three = await createPaint(3);
    expect(three.value("x", -1)).to.equal(`${ESCAPE}38;2;59;130;246mx${ESCAPE}39m`);
    expect(three.value("x", 1)).to.equal(`${ESCAPE}38;2;239;68;68mx${ESCAPE}39m`);
    expect(three.value("x", 0)).to.equal(`${ESCAPE}38;2;138;138;138mx${ESCAPE}39m`);
    expect(three.heat("x", -1)).to.include(`${ESCAPE}48;2;33;102;172m`);
    expect(three.heat("x", 1)).to.include(`${ESCAPE}48;2;178;24;43m`);
    // Values that are not signed have the sequential scale.
    expect([one.heat("x", 0, false), one.heat("x", 1, false)].map((text) => text.slice(2, 4))).to.deep.equal([
      "44",
      "43",
    ]);
    expect(two.heat("x", 1, false)).to.include(`${ESCAPE}48;5;220m`);
    expect(three.heat("x", 0, false)).to.include(`${ESCAPE}48;2;68;1;84m`);
    expect(three.halves(-1, 1)).to.equal(`${ESCAPE}38;2;33;102;172m${ESCAPE}48;2;178;24;43m▀${ESCAPE}49m${ESCAPE}39m`);
    expect(three.halves(1, null, false)).to.equal(`${ESCAPE}38;2;253;231;37m▀${ESCAPE}39m`);
    expect(two.halves(-1, Number.NaN)).to.equal(`${ESCAPE}38;5;25m${ESCAPE}48;5;245m▀${ESCAPE}49m${ESCAPE}39m`);
  });

  for (const level of [1, 2, 3] as const) {
    it(`writes only escapes of its level, and keeps the text (level ${level})`, async () => {
      const paint = await createPaint(level);
      const allowed = [/^(?:\d|\d\d|10\d)$/, /^(?:\d\d?|[34]8;5;\d+)$/, /^(?:\d\d?|[34]8;2;\d+;\d+;\d+)$/][level - 1];
      const values = fc.oneof(fc.double({ min: -1, max: 1, noNaN: true }), fc.constant(Number.NaN), fc.double());
      fc.assert(
        fc.property(values, (value) => {
          for (const text of [paint.value("0.5", value), paint.heat("0.5", value)]) {
            const codes = [...text.matchAll(/\x1b\[([\d;]*)m/g)].map((match) => match[1]);
            for (const code of codes) expect(code).to.match(allowed);
            expect(text.replace(/\x1b\[[\d;]*m/g, "")).to.equal("0.5");
          }
        }),
      );
    });

    it(`distinguishes the ends and the middle of the heat scale (level ${level})`, async () => {
      const paint = await createPaint(level);
      expect(new Set([-1, 0, 1].map((value) => paint.heat("x", value))).size).to.equal(3);
    });
  }
});

describe("scaleStep", () => {
  it("increases with the value from the first step to the last", () => {
    const value = fc.double({ min: -1.5, max: 1.5, noNaN: true });
    fc.assert(
      fc.property(value, value, fc.integer({ min: 1, max: 20 }), (a, b, steps) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)].map((each) => scaleStep(each, steps));
        expect(low).to.be.at.least(0);
        expect(high).to.be.at.most(steps - 1);
        expect(low).to.be.at.most(high);
      }),
    );
    expect([scaleStep(-1, 5), scaleStep(0, 5), scaleStep(1, 5)]).to.deep.equal([0, 2, 4]);
  });
});
