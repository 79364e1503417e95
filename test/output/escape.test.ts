import { expect } from "chai";
import fc from "fast-check";
import { escapeControls, escapeMarkdown, quoteField } from "#dist/output/escape.js";
import { anyId } from "./support.js";

const anyText = fc.oneof(
  anyId,
  fc.string({ unit: "binary" }),
  fc
    .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 8 })
    .map((units) => units.map((unit) => String.fromCharCode(unit)).join("")),
);

describe("escapeControls", () => {
  it("leaves no character that controls, hides or reorders text, except the joiner of emoji", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const joined = escapeControls(text).replaceAll("\u200d", "");
        expect(joined).to.not.match(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      }),
      { numRuns: 2000 },
    );
  });

  it("escapes every control and format character", () => {
    for (let code = 0; code <= 0x10ffff; code++) {
      const character = String.fromCodePoint(code);
      if (code === 0x200d || !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u.test(character)) continue;
      const hex = code.toString(16);
      const spelled = code < 0x100 ? `\\x${hex.padStart(2, "0")}` : `\\u{${hex}}`;
      if (escapeControls(`a${character}b`) !== `a${spelled}b`) expect.fail(`U+${hex} is not spelled out`);
    }
  });

  it("leaves plain text unchanged", () => {
    const plain = fc.string({ unit: fc.constantFrom("a", "Z", "9", " ", "é", "日", "😀", "\\", '"', "e\u0301") });
    fc.assert(
      fc.property(plain, (text) => {
        expect(escapeControls(text)).to.equal(text);
      }),
    );
    expect(escapeControls("\u{1f468}\u200d\u{1f469}")).to.equal("\u{1f468}\u200d\u{1f469}");
  });

  it("shows an escape sequence instead of executing it", () => {
    expect(escapeControls("a\x1b[31m\u202eb\ud800\n")).to.equal("a\\x1b[31m\\u{202e}b\\u{d800}\\x0a");
  });
});

describe("escapeMarkdown", () => {
  it("leaves no markup, no HTML and no end of the cell", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const cell = escapeMarkdown(text);
        expect(cell).to.not.match(/[<>\n\r]/);
        // Every markup character follows an odd number of backslashes: it is escaped.
        for (const [, slashes] of cell.matchAll(/(\\*)[|`*_[\]~#$!]/g)) expect(slashes.length % 2, cell).to.equal(1);
        expect(/\\*$/.exec(cell)?.[0].length).to.satisfy((length: number) => length % 2 === 0);
      }),
      { numRuns: 1000 },
    );
  });

  it("keeps the text that a reader of the page sees", () => {
    const visible = fc.string({ unit: "grapheme-ascii" });
    fc.assert(
      fc.property(visible, (text) => {
        const shown = escapeMarkdown(text)
          .replace(/\\([\\|`*_[\]~#$!])/g, "$1")
          .replaceAll("&lt;", "<")
          .replaceAll("&gt;", ">")
          .replaceAll("&amp;", "&");
        expect(shown).to.equal(text);
      }),
    );
  });
});

describe("quoteField", () => {
  it("quotes fields only if necessary", () => {
    for (const text of ["a", "a b", "#1", "日本", "a;b", "0.5"]) expect(quoteField(text, ",")).to.equal(text);
    for (const text of ["", "a,b", 'a"b', "a\nb", "a\rb", " a", "a ", "\ta", "# a", "\ufeffa", "\u00a0"]) {
      expect(quoteField(text, ","), JSON.stringify(text)).to.equal(`"${text.replaceAll('"', '""')}"`);
    }
    expect(quoteField("a;b", ";")).to.equal('"a;b"');
  });
});
