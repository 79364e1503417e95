import { expect } from "chai";
import fc from "fast-check";
import stringWidth from "string-width";
import { alignColumns } from "#dist/output/table/columns.js";
import { edges, indicesOf, placeOf, type Span, spanOf } from "#dist/output/table/span.js";
import { padEnd, padStart, truncate, widthOf } from "#dist/output/table/width.js";
import { MatrixWindow } from "#dist/output/table/window.js";
import { bitsOf, cuts, finite, tilesOf } from "./support.js";

const wide = fc.string({
  unit: fc.constantFrom("a", " ", "é", "e\u0301", "日", "😀", "\u{1f468}\u200d\u{1f469}", "１"),
});

/** A span as tables make them, and the room it was made for. */
const spans = fc.oneof(
  fc
    .tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 3, max: 40 }))
    .map(([total, room]) => spanOf(total, room)),
  fc.integer({ min: 1, max: 60 }).map((total) => edges(total, 24, 5)),
);

describe("a span", () => {
  it("shows the first and the last in rising order, with one ellipsis where some are left out", () => {
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

  it("takes all of its room and no more", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 3, max: 60 }), (total, room) => {
        const shown = indicesOf(spanOf(total, room)).length;
        if (total <= room) expect(shown).to.equal(total);
        else expect(shown).to.equal(room);
      }),
    );
  });

  it("of edges shows all up to its limit, else its two ends", () => {
    expect(indicesOf(edges(24, 24, 5))).to.have.length(24);
    expect(indicesOf(edges(25, 24, 5))).to.deep.equal([0, 1, 2, 3, 4, null, 20, 21, 22, 23, 24]);
  });

  it("has the place of each index that it shows, and −1 for the others", () => {
    fc.assert(
      fc.property(spans, (span) => {
        const shown = indicesOf(span).filter((i) => i !== null);
        for (let i = 0; i < span.total; i++) expect(placeOf(span, i)).to.equal(shown.indexOf(i));
      }),
    );
  });
});

describe("a window", () => {
  it("holds the right cells, whatever the cuts of the tiles", () => {
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
  it("are measured as a terminal does once a text goes beyond ASCII", async () => {
    expect((await widthOf(["abc"]))("abc")).to.equal(3);
    expect((await widthOf(["abc", "日本"]))("日本")).to.equal(4);
  });

  it("of a cut text stay within the width, and a text that fits is not cut", () => {
    fc.assert(
      fc.property(wide, fc.integer({ min: 1, max: 20 }), (text, width) => {
        const cut = truncate(text, width, stringWidth);
        expect(stringWidth(cut)).to.be.at.most(width);
        if (stringWidth(text) <= width) expect(cut).to.equal(text);
        else {
          expect(cut.endsWith("…")).to.equal(true);
          expect(text.startsWith(cut.slice(0, -1))).to.equal(true);
          expect(stringWidth(cut)).to.be.at.least(Math.max(1, width - 1));
        }
      }),
    );
  });

  it("of a padded text are the width asked for, on the side asked for", () => {
    fc.assert(
      fc.property(wide, fc.nat(30), (text, width) => {
        const wanted = Math.max(width, stringWidth(text));
        const [start, end] = [padStart(text, width, stringWidth), padEnd(text, width, stringWidth)];
        expect([stringWidth(start), stringWidth(end)]).to.deep.equal([wanted, wanted]);
        expect([start.endsWith(text), end.startsWith(text)]).to.deep.equal([true, true]);
      }),
    );
  });

  it("of a truncated family of emoji are cut between characters", () => {
    expect(truncate("\u{1f468}\u200d\u{1f469}\u{1f468}\u200d\u{1f469}", 3, stringWidth)).to.equal(
      "\u{1f468}\u200d\u{1f469}…",
    );
  });
});

describe("alignColumns", () => {
  const tables = fc
    .integer({ min: 1, max: 4 })
    .chain((columns) =>
      fc.array(fc.array(wide, { minLength: columns, maxLength: columns }), { minLength: 1, maxLength: 5 }),
    );

  it("makes the cells of a column equally wide, the first aligned left and the others right", () => {
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

  it("leaves out whole columns that end beyond the room, and no others", () => {
    fc.assert(
      fc.property(tables, fc.integer({ min: 0, max: 60 }), (rows, room) => {
        const all = alignColumns(rows, stringWidth);
        const some = alignColumns(rows, stringWidth, room);
        const kept = some[0].length;
        some.forEach((row, i) => {
          expect(row).to.deep.equal(all[i].slice(0, kept));
          if (kept > 0) expect(stringWidth(row.join("  "))).to.be.at.most(room);
          if (kept < all[i].length) expect(stringWidth(all[i].slice(0, kept + 1).join("  "))).to.be.greaterThan(room);
        });
      }),
    );
  });
});
