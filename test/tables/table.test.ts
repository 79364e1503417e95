import { expect } from "chai";
import fc from "fast-check";
import stringWidth from "string-width";
import { padEnd, padStart, truncate, widthOf } from "#dist/output/width.js";
import { alignColumns } from "#dist/tables/columns.js";
import { edges, indicesOf, MatrixWindow, placeOf, type Span, spanOf } from "#dist/tables/window.js";
import { wrapParts } from "#dist/tables/wrap.js";
import { bitsOf, cuts, finite, tilesOf } from "../output/support.js";

const wide = fc.string({
  unit: fc.constantFrom("a", " ", "é", "e\u0301", "日", "😀", "\u{1f468}\u200d\u{1f469}", "１"),
});

/** A span as in tables, and the room for which it was computed. */
const spans = fc.oneof(
  fc
    .tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 3, max: 40 }))
    .map(([total, room]) => spanOf(total, room)),
  fc.integer({ min: 1, max: 60 }).map((total) => edges(total, 24, 5)),
);

describe("Span", () => {
  it("shows the first and last indices in order, with one ellipsis if some are omitted", () => {
    fc.assert(
      fc.property(spans, (span) => {
        const all = indicesOf(span);
        const shown = all.filter((i) => i !== null);
        expect([shown[0], shown.at(-1)]).to.deep.equal([0, span.total - 1]);
        for (let k = 1; k < shown.length; k++) expect(shown[k]).to.be.greaterThan(shown[k - 1]);
        expect(all.length - shown.length).to.equal(shown.length < span.total ? 1 : 0);
        if (all.includes(null)) {
          const gap = all.indexOf(null);
          expect(all[gap + 1]).to.be.greaterThan(Number(all[gap - 1]) + 1);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("uses all of its room and no more", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 3, max: 60 }), (total, room) => {
        const shown = indicesOf(spanOf(total, room)).length;
        if (total <= room) expect(shown).to.equal(total);
        else expect(shown).to.equal(room);
      }),
    );
  });

  it("shows all indices up to the limit, otherwise both edges", () => {
    expect(indicesOf(edges(24, 24, 5))).to.have.length(24);
    expect(indicesOf(edges(25, 24, 5))).to.deep.equal([0, 1, 2, 3, 4, null, 20, 21, 22, 23, 24]);
  });

  it("returns the position of each shown index, and −1 for others", () => {
    fc.assert(
      fc.property(spans, (span) => {
        const shown = indicesOf(span).filter((i) => i !== null);
        for (let i = 0; i < span.total; i++) expect(placeOf(span, i)).to.equal(shown.indexOf(i));
      }),
    );
  });
});

describe("MatrixWindow", () => {
  it("holds the right cells, for tiles of any height", () => {
    const cases = cuts(finite, 9).chain((cut) =>
      fc.record({
        cut: fc.constant(cut),
        rows: fc.integer({ min: 2, max: 9 }).map((room): Span => spanOf(cut.rows, room)),
        columns: fc.integer({ min: 2, max: 9 }).map((room): Span => spanOf(cut.columns, room)),
      }),
    );
    fc.assert(
      fc.property(cases, ({ cut, rows, columns }) => {
        const window = new MatrixWindow(rows, columns);
        for (const tile of tilesOf(cut)) window.add(tile);
        for (const i of indicesOf(rows)) {
          for (const j of indicesOf(columns)) {
            if (i === null || j === null) continue;
            expect(bitsOf(window.at(i, j))).to.equal(bitsOf(cut.values[i * cut.columns + j]));
          }
        }
      }),
    );
  });
});

describe("widths", () => {
  it("are those of a terminal for non-ASCII text", async () => {
    expect((await widthOf(["abc"]))("abc")).to.equal(3);
    expect((await widthOf(["abc", "日本"]))("日本")).to.equal(4);
  });

  it("of truncated text stay within the limit, and text that fits is unchanged", () => {
    fc.assert(
      fc.property(wide, fc.integer({ min: 1, max: 20 }), (text, width) => {
        const cut = truncate(text, width, stringWidth);
        expect(stringWidth(cut)).to.be.at.most(width);
        if (stringWidth(text) <= width) expect(cut).to.equal(text);
        else {
          const at = cut.indexOf("…");
          expect(text.startsWith(cut.slice(0, at))).to.equal(true);
          expect(text.endsWith(cut.slice(at + 1))).to.equal(true);
          if (/\s/.test(text)) expect(at).to.equal(cut.length - 1);
          expect(stringWidth(cut)).to.be.at.least(Math.max(1, width - 1));
        }
      }),
    );
  });

  it("of padded text are as requested, on the requested side", () => {
    fc.assert(
      fc.property(wide, fc.nat(30), (text, width) => {
        const wanted = Math.max(width, stringWidth(text));
        const [start, end] = [padStart(text, width, stringWidth), padEnd(text, width, stringWidth)];
        expect([stringWidth(start), stringWidth(end)]).to.deep.equal([wanted, wanted]);
        expect([start.endsWith(text), end.startsWith(text)]).to.deep.equal([true, true]);
      }),
    );
  });

  it("truncate emoji sequences between characters", () => {
    expect(truncate("\u{1f468}\u200d\u{1f469}\u{1f468}\u200d\u{1f469}", 3, stringWidth)).to.equal(
      "\u{1f468}\u200d\u{1f469}…",
    );
  });

  it("truncate ids in the middle, so that they differ, and words at the end", () => {
    const ids = ["corpus/documents/part-000001", "corpus/documents/part-000002"];
    expect(ids.map((id) => truncate(id, 12, stringWidth))).to.deep.equal(["corpu…000001", "corpu…000002"]);
    expect(truncate("how to tie a knot", 12, stringWidth)).to.equal("how to tie …");
  });
});

describe("alignColumns", () => {
  const tables = fc
    .integer({ min: 1, max: 4 })
    .chain((columns) =>
      fc.array(fc.array(wide, { minLength: columns, maxLength: columns }), { minLength: 1, maxLength: 5 }),
    );

  it("pads the cells of a column to equal width, the first column to the left and others to the right", () => {
    fc.assert(
      fc.property(tables, (rows) => {
        const aligned = alignColumns(rows, stringWidth);
        rows[0].forEach((_, k) => {
          const width = Math.max(...rows.map((row) => stringWidth(row[k])));
          aligned.forEach((row, i) => {
            expect(stringWidth(row[k])).to.equal(width);
            expect(k === 0 ? row[k].startsWith(rows[i][k]) : row[k].endsWith(rows[i][k])).to.equal(true);
          });
        });
      }),
    );
  });

  it("omits columns between the first and last ones if not all fit, and shows an ellipsis", () => {
    fc.assert(
      fc.property(tables, fc.integer({ min: 0, max: 60 }), (rows, room) => {
        const all = alignColumns(rows, stringWidth);
        const some = alignColumns(rows, stringWidth, room);
        const widthOf = (row: readonly string[]) => stringWidth(row.join("  "));
        if (widthOf(all[0]) <= room) {
          expect(some).to.deep.equal(all);
          return;
        }
        const cut = some[0].indexOf("…", 1);
        const tail = some[0].length - cut - 1;
        some.forEach((row, i) => {
          expect(row).to.deep.equal([...all[i].slice(0, cut), "…", ...all[i].slice(all[i].length - tail)]);
        });
        if (cut > 1 || tail > 0) expect(widthOf(some[0])).to.be.at.most(room);
        for (const next of [all[0][cut], all[0][all[0].length - tail - 1]]) {
          expect(widthOf([...some[0], next])).to.be.above(room);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("keeps the last column before any other than the first", () => {
    expect(alignColumns([["id", "a", "b", "c", "loss"]], (text) => text.length, 12)).to.deep.equal([
      ["id", "…", "loss"],
    ]);
  });
});

describe("wrapParts", () => {
  const parts = fc.array(fc.stringMatching(/^[a-z…:]+( [a-z]+)?$/), { minLength: 1, maxLength: 6 });
  const options = (width: number) => ({ width, textWidth: (text: string) => text.length });

  it("breaks lines only between parts, if the next part would exceed the width", () => {
    fc.assert(
      fc.property(parts, fc.integer({ min: 1, max: 50 }), (texts, width) => {
        const lines = wrapParts(texts, options(width));
        expect(lines.flatMap((line) => line.split("   "))).to.deep.equal(texts);
        for (const [i, line] of lines.entries()) {
          if (line.includes("   ")) expect(line.length).to.be.at.most(width);
          const [next] = (lines[i + 1] ?? "").split("   ");
          if (next) expect(`${line}   ${next}`.length).to.be.above(width);
        }
      }),
    );
  });

  it("does not count colour escapes", () => {
    expect(wrapParts(["\x1b[2mmean\x1b[22m 1", "\x1b[38;2;1;2;3mab\x1b[39m"], options(11))).to.deep.equal([
      "\x1b[2mmean\x1b[22m 1   \x1b[38;2;1;2;3mab\x1b[39m",
    ]);
  });
});
