import { expect } from "chai";
import fc from "fast-check";
import stringWidth from "string-width";
import { gridLines, type Mark, type TableOptions, windowOf } from "#dist/tables/grid.js";
import { createPaint, type Paint } from "#dist/tables/paint.js";
import { type Cut, headOf, idsOf, tilesOf } from "../output/support.js";

const plainWidth = (text: string) => stringWidth(text);

async function optionsOf(more: Partial<TableOptions> = {}): Promise<TableOptions> {
  const paint = await createPaint(0);
  return {
    width: 80,
    height: 40,
    full: false,
    heatmap: false,
    precision: 4,
    paint,
    textWidth: plainWidth,
    images: null,
    ...more,
  };
}

interface Drawn extends Cut {
  readonly rowIds: readonly string[] | null;
  readonly columnIds: readonly string[] | null;
}

function draw(
  { rowIds, columnIds, ...cut }: Drawn,
  options: TableOptions,
  mark: ((row: number, column: number) => Mark) | null = null,
): string[] {
  const head = headOf(cut, { rowIds, columnIds });
  const window = windowOf(head, options);
  for (const tile of tilesOf(cut)) window.add(tile);
  return gridLines(head, window, options, true, mark);
}

function square(size: number, value: (i: number, j: number) => number): Drawn {
  const values = Float64Array.from({ length: size * size }, (_, k) => value(Math.floor(k / size), k % size));
  return { rows: size, columns: size, values, sizes: [7], rowIds: null, columnIds: null };
}

const drawings: fc.Arbitrary<Drawn> = fc
  .tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 60 }))
  .chain(([rows, columns]) =>
    fc.record({
      rows: fc.constant(rows),
      columns: fc.constant(columns),
      values: fc.integer().map((seed) => Float64Array.from({ length: rows * columns }, (_, k) => Math.sin(seed + k))),
      sizes: fc.constant([7]),
      rowIds: fc.option(idsOf(rows)),
      columnIds: fc.option(idsOf(columns)),
    }),
  );
const looks = fc.record({
  width: fc.integer({ min: 30, max: 200 }),
  heatmap: fc.boolean(),
  precision: fc.integer({ min: 0, max: 8 }),
});

const isLegend = (line: string) => line.startsWith("-1 --");
const rowsOnly = (lines: readonly string[]) => lines.filter((line) => !isLegend(line));

describe("gridLines", () => {
  it("never draws a row wider than the terminal", async () => {
    const options = await optionsOf();
    fc.assert(
      fc.property(drawings, looks, (drawn, look) => {
        for (const line of rowsOnly(draw(drawn, { ...options, ...look }))) {
          expect(stringWidth(line), line).to.be.at.most(look.width);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("never draws a row wider than a terminal of 80 columns or more", async () => {
    const options = await optionsOf();
    const usual = looks.map((look) => ({ ...look, width: look.width + 50 }));
    fc.assert(
      fc.property(drawings, usual, (drawn, look) => {
        for (const line of rowsOnly(draw(drawn, { ...options, ...look }))) {
          expect(stringWidth(line), line).to.be.at.most(look.width);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("never draws a legend wider than the terminal", async () => {
    const options = await optionsOf({ heatmap: true, width: 30 });
    for (const line of draw(square(3, Math.max), options)) expect(stringWidth(line), line).to.be.at.most(30);
  });

  it("draws lines of equal width, whatever the ids", async () => {
    const options = await optionsOf();
    fc.assert(
      fc.property(drawings, (drawn) => {
        const widths = draw(drawn, options).map((line) => stringWidth(line));
        const [header, ...rows] = widths;
        for (const width of rows) expect(width).to.equal(header);
      }),
    );
  });

  it("shows all cells of a small matrix in their places", async () => {
    const lines = draw(
      square(3, (i, j) => (i - j) / 10),
      await optionsOf({ precision: 1 }),
    );
    expect(lines).to.deep.equal([
      "      0     1     2",
      "0   0.0  -0.1  -0.2",
      "1   0.1   0.0  -0.1",
      "2   0.2   0.1   0.0",
    ]);
  });

  it("shows the edges of a large matrix", async () => {
    const lines = draw(
      square(100, (i, j) => (i * 100 + j) / 1e4),
      await optionsOf({ width: 40 }),
    );
    expect(lines).to.have.length(12);
    expect(lines[6]).to.match(/^… +…/);
    expect(lines[0]).to.equal("         0       1  …      99");
    expect(lines[1]).to.equal("0   0.0000  0.0001  …  0.0099");
    expect(lines[11]).to.equal("99  0.9900  0.9901  …  0.9999");
  });

  it("shows every row and column with full, however wide", async () => {
    const lines = draw(
      square(50, (i, j) => (i === j ? 1 : 0)),
      await optionsOf({ full: true, width: 30 }),
    );
    expect(lines).to.have.length(51);
    for (const line of lines.slice(1)) expect(line.trim().split(/\s+/)).to.have.length(51);
    expect(lines.join("")).to.not.include("…");
  });

  it("marks positives and closest negatives", async () => {
    const mark = (row: number, column: number): Mark => (row === column ? "positive" : column === 0 ? "closest" : null);
    const lines = draw(
      square(2, () => 0.5),
      await optionsOf({ precision: 1 }),
      mark,
    );
    expect(lines).to.deep.equal(["       0      1", "0  [0.5]   0.5 ", "1   0.5*  [0.5]"]);
  });

  it("escapes and truncates ids", async () => {
    const drawn = { ...square(1, () => 1), rowIds: ["a\x1b[31m"], columnIds: ["日".repeat(20)] };
    const [header, row] = draw(drawn, await optionsOf());
    expect(row.startsWith("a\\x1b[31m ")).to.equal(true);
    expect(header.trim()).to.equal(`日日…日日日`);
  });

  it("writes nan for NaN", async () => {
    expect(
      draw(
        square(1, () => Number.NaN),
        await optionsOf(),
      )[1],
    ).to.equal("0  nan");
  });

  it("draws a heatmap of signs without colour if numbers do not fit", async () => {
    const drawn = square(40, (i) => [-1, -0.4, 0, 0.4, 1][i % 5]);
    const lines = draw(drawn, await optionsOf({ heatmap: true, width: 100 }));
    expect(lines[0]).to.include("columns 0 … 39");
    expect(lines.slice(1, 6).map((line) => line.slice(4, 8))).to.deep.equal(["----", " - -", " · ·", " + +", "++++"]);
    expect(isLegend(lines.at(-1) ?? "")).to.equal(true);
  });

  it("draws all cells of a large matrix as means of blocks that fit, two to a character", async () => {
    const paint: Paint = await createPaint(3);
    const drawn = square(300, (i, j) => (i < 150 === j < 150 ? 1 : -1));
    const lines = draw(drawn, await optionsOf({ heatmap: true, width: 46, height: 10, paint }));
    expect(lines[0]).to.contain("columns 0 … 299");
    const blocks = lines.slice(1, 11).map((line) => line.match(/▀/g)?.length);
    expect(blocks).to.deep.equal(Array(10).fill(41));
    const [first, last] = [lines[1] ?? "", lines[10] ?? ""];
    expect(first.indexOf("178;24;43")).to.be.below(first.indexOf("33;102;172"));
    expect(last.indexOf("33;102;172")).to.be.below(last.indexOf("178;24;43"));
    expect(lines.slice(1, 11).map((line) => Number(/\d+(?= *\x1b\[22m)/.exec(line)?.[0]))).to.deep.equal(
      Array.from({ length: 10 }, (_, line) => 30 * line),
    );
    expect(lines[12]).to.contain("a block is the mean of 15 × 8 cells");
  });

  it("draws an odd number of rows, and NaN in grey", async () => {
    const paint: Paint = await createPaint(3);
    const drawn = square(41, (i) => (i === 40 ? Number.NaN : 1));
    const lines = draw(drawn, await optionsOf({ heatmap: true, width: 46, height: 30, paint }));
    expect(lines.slice(1, 22).every((line) => line.includes("▀"))).to.equal(true);
    expect(lines[21]).to.contain("38;2;154;160;166").and.not.contain("48;2;");
  });

  it("ends a heatmap with its legend, a scale if there is colour", async () => {
    const paint: Paint = await createPaint(3);
    const lines = draw(
      square(2, () => 0.5),
      await optionsOf({ heatmap: true, paint }),
    );
    expect(lines.at(-1)).to.match(/-1.*48;2;33;102;172m.*48;2;178;24;43m.*1/);
    expect(lines.at(-2)).to.equal("");
    expect(lines[1]).to.include("\x1b[48;2;");
  });
});
