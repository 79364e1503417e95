/// <reference lib="dom" />
import { inflateSync } from "node:zlib";
import { expect } from "chai";
import fc from "fast-check";
import { parseHTML } from "linkedom";
import { CellGrid } from "#dist/core/cell-grid.js";
import { drawPage } from "#dist/pages/draw-page.js";
import type { Block, Page } from "#dist/pages/page.js";

const ASSETS = { script: "const one = 1 < 2;", style: "p{color:red}" };

const pageOf = (blocks: readonly Block[], title = "page"): Page => ({
  title,
  facts: ["fact"],
  command: "simcli report",
  version: "1.2.3",
  sections: [{ title: "Section", blocks }],
});

/** Returns the levels of an indexed PNG. */
function levelsOf(address: string): { width: number; palette: Buffer; rows: number[][] } {
  const png = Buffer.from(address.slice(address.indexOf(",") + 1), "base64");
  const width = png.readUInt32BE(16);
  const parts = new Map<string, Buffer>();
  for (let at = 8; at < png.length; at += png.readUInt32BE(at) + 12) {
    parts.set(png.toString("latin1", at + 4, at + 8), png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
  }
  const bytes = inflateSync(parts.get("IDAT") ?? Buffer.alloc(0));
  const rows: number[][] = [];
  for (let at = 0; at < bytes.length; at += width + 1) rows.push([...bytes.subarray(at + 1, at + 1 + width)]);
  return { width, palette: parts.get("PLTE") ?? Buffer.alloc(0), rows };
}

describe("drawPage", () => {
  it("keeps texts as they are, whatever they contain", () => {
    const text = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom("</script>", "<!--", "&amp;", "]]>", '" onload="x'),
    );
    fc.assert(
      fc.property(text, text, text, (title, cell, caption) => {
        const table = { caption, columns: [{ name: cell }], rows: [[cell], [null]] };
        const page = drawPage(
          pageOf(
            [
              { kind: "text", text: cell },
              { kind: "table", table },
            ],
            title,
          ),
          ASSETS,
        );
        const { document } = parseHTML(page);
        expect(document.querySelectorAll("script")).to.have.length(2);
        expect(document.querySelectorAll("td, th")).to.have.length(3);
        const same = (shown: string | null | undefined, given: string) =>
          expect(shown?.replace(/\\x..|\\u\{[^}]*\}/g, "")).to.equal(
            given.replace(/(?!\u200d)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, "").replace(/\\x..|\\u\{[^}]*\}/g, ""),
          );
        same(document.querySelector("h1")?.textContent, title);
        same(document.querySelector("tbody th")?.textContent, cell);
        same(document.querySelector(".caption")?.textContent, caption);
      }),
    );
  });

  it("allows its own script and style only, and writes JSON that cannot end its element", () => {
    const grid = new CellGrid(1, 1, 1, 1);
    grid.add({ firstRow: 0, rows: 1, columns: 1, values: Float64Array.of(0.5) });
    grid.close();
    const head = { rows: 1, columns: 1, rowIds: ["</script><b>"], columnIds: ["\u2028<"], flat: false, members: {} };
    const page = drawPage(pageOf([{ kind: "matrix", view: { head, grid, orders: [], exactCells: 10 } }]), ASSETS);
    expect(page).not.to.include("</script><b>");
    const json = /<script type="application\/json" id="data">(.*?)<\/script>/.exec(page)?.[1] ?? "";
    expect(JSON.parse(json)[0]).to.include({ rows: 1, columns: 1 });
    expect(JSON.parse(json)[0].rowIds).to.deep.equal(["</script><b>"]);
    expect(page).to.include("script-src &#39;sha256-");
  });

  it("draws a matrix as levels between the ends of its scale, with a level for NaN", () => {
    const values = Float64Array.of(-1, 0, 1, 0.5, Number.NaN, -0.25);
    const grid = new CellGrid(2, 3, 2, 3);
    grid.add({ firstRow: 0, rows: 2, columns: 3, values });
    grid.close();
    const picture = { title: "cosine", range: [-1, 1] as const, sides: ["a", "b"] as const };
    const head = { rows: 2, columns: 3, rowIds: null, columnIds: null, flat: false, members: {}, picture };
    const page = drawPage(pageOf([{ kind: "matrix", view: { head, grid, orders: [], exactCells: 6 } }]), ASSETS);
    const { document } = parseHTML(page);
    const image = document.querySelector("img");
    const { palette, rows } = levelsOf(image?.getAttribute("src") ?? "");
    expect(rows).to.deep.equal([
      [0, 127, 254],
      [191, 255, 95],
    ]);
    expect([...palette.subarray(0, 3), ...palette.subarray(3 * 254, 3 * 254 + 3)]).to.deep.equal([
      33, 102, 172, 178, 24, 43,
    ]);
    expect(image?.getAttribute("alt")).to.include("cosine, 2 rows of a × 3 rows of b").and.include("1 nan");
    const [data] = JSON.parse(document.getElementById("data")?.textContent ?? "");
    const exact = Buffer.from(data.exact, "base64");
    expect(Array.from({ length: 6 }, (_, k) => exact.readFloatLE(4 * k))).to.deep.equal([...values]);
  });
});
