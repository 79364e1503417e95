import { expect } from "chai";
import fc from "fast-check";
import stringWidth from "string-width";
import type { HeatmapImage, ImageEncoder } from "#dist/output/image-encoder.js";
import { gridLines, type TableOptions, windowOf } from "#dist/tables/grid.js";
import { imageLayout } from "#dist/tables/heatmap-image.js";
import { createPaint } from "#dist/tables/paint.js";
import { headOf, idsOf, tilesOf } from "../output/support.js";

const paint = await createPaint(3);

/** An encoder that keeps the last image, and writes `<image>`. */
function recorder(isScaled: boolean): ImageEncoder & { last: HeatmapImage | null } {
  return {
    character: isScaled ? [8, 16] : [6, 12],
    isScaled,
    last: null,
    encode(image) {
      this.last = image;
      return "<image>";
    },
  };
}

const optionsOf = (encoder: ImageEncoder | null, more: Partial<TableOptions> = {}): TableOptions => ({
  ...{ width: 80, height: 36, full: false, heatmap: true, precision: 4, paint, textWidth: stringWidth },
  images: encoder && { encoder, paint },
  ...more,
});

interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float64Array;
  readonly rowIds: readonly string[] | null;
}

function draw({ rowIds, ...matrix }: Matrix, options: TableOptions): string[] {
  const cut = { ...matrix, sizes: [7] };
  const head = headOf(cut, { rowIds });
  const window = windowOf(head, options);
  for (const tile of tilesOf(cut)) window.add(tile);
  return gridLines(head, window, options, true);
}

const matrixOf = (rows: number, columns: number): Matrix => ({
  ...{ rows, columns, rowIds: null },
  values: Float64Array.from({ length: rows * columns }, (_, k) => Math.sin(k * k)),
});
const matrices: fc.Arbitrary<Matrix> = fc
  .tuple(fc.integer({ min: 1, max: 150 }), fc.integer({ min: 1, max: 150 }))
  .chain(([rows, columns]) => fc.option(idsOf(rows)).map((rowIds) => ({ ...matrixOf(rows, columns), rowIds })));
const windows = fc.record({ width: fc.integer({ min: 20, max: 200 }), height: fc.integer({ min: 8, max: 60 }) });

/** Draws lines in a window of this height as a terminal does: the text of each line, and the places of images. */
function shown(lines: readonly string[], height: number): { text: string[]; images: [line: number, column: number][] } {
  const text = [""];
  const images: [number, number][] = [];
  let [line, column, top] = [0, 0, 0];
  let saved: [number, number] = [0, 0];
  const tokens =
    lines
      .join("\n")
      .concat("\n")
      .match(/<image>|\x1b[78]|\x1b\[[\d;]*[A-Za-z]|.|\n/gu) ?? [];
  for (const token of tokens) {
    const number = Number(/\d+/.exec(token)?.[0]);
    if (token === "<image>") images.push([line, column]);
    else if (token === "\x1b7") saved = [line - top, column];
    else if (token === "\x1b8") [line, column] = [saved[0] + top, saved[1]];
    else if (token.endsWith("A") && token.startsWith("\x1b[")) line = Math.max(top, line - number);
    else if (token.endsWith("G") && token.startsWith("\x1b[")) column = number - 1;
    else if (token === "\n") {
      [line, column] = [line + 1, 0];
      text[line] ??= "";
      top = Math.max(top, line - height + 1);
    } else if (!token.startsWith("\x1b")) {
      text[line] += token;
      column += stringWidth(token);
    }
  }
  return { text, images };
}

describe("imageLayout", () => {
  const sizes = fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 300, max: 100_000 }));

  it("fits the window, with a pixel for each cell or for a block of cells", () => {
    fc.assert(
      fc.property(sizes, sizes, windows, fc.boolean(), (rows, columns, { width, height }, isScaled) => {
        const encoder = recorder(isScaled);
        const layout = imageLayout(headOf(matrixHead(rows, columns)), width, height, encoder);
        expect(layout.columns).to.be.within(1, Math.min(width, 2 * columns));
        expect(layout.lines).to.be.within(1, Math.min(height, rows));
        expect(layout.width).to.be.within(1, columns);
        expect(layout.height).to.be.within(1, rows);
        const [across, down] = layout.enlargement;
        expect(Math.min(across, down)).to.be.at.least(1);
        if (across > 1) expect(layout.width).to.equal(columns);
        if (down > 1) expect(layout.height).to.equal(rows);
        if (isScaled) return;
        expect(layout.width * across).to.be.at.most(width * encoder.character[0]);
        expect(layout.height * down).to.be.at.most(height * encoder.character[1]);
      }),
      { numRuns: 1000 },
    );
  });

  it("draws square cells", () => {
    const square = (rows: number, columns: number) =>
      imageLayout(headOf(matrixHead(rows, columns)), 76, 36, recorder(true));
    expect(square(1000, 1000)).to.deep.include({ width: 576, height: 576, columns: 72, lines: 36 });
    expect(square(40, 40)).to.deep.include({ enlargement: [14, 14], width: 40, height: 40, columns: 72, lines: 36 });
    expect(square(10, 30)).to.deep.include({ enlargement: [16, 16], columns: 60, lines: 10 });
    expect(square(1000, 2000)).to.deep.include({ width: 608, height: 304, columns: 76, lines: 19 });
    const pixels = imageLayout(headOf(matrixHead(40, 40)), 76, 36, recorder(false));
    expect(pixels).to.deep.include({ enlargement: [10, 10], width: 40, height: 40 });
  });

  it("widens what is too narrow for squares", () => {
    const narrow = imageLayout(headOf(matrixHead(10_000, 10)), 76, 36, recorder(true));
    expect(narrow).to.deep.include({ enlargement: [13, 1], width: 10, height: 576, columns: 16, lines: 36 });
    const flat = imageLayout(headOf(matrixHead(10, 10_000)), 76, 36, recorder(true));
    expect(flat).to.deep.include({ enlargement: [1, 13], width: 608, height: 10, columns: 76, lines: 8 });
  });

  const matrixHead = (rows: number, columns: number) => ({ rows, columns, values: new Float64Array(0), sizes: [] });
});

describe("gridLines with images", () => {
  it("draws an image exactly where it would draw blocks, and otherwise the same table", () => {
    fc.assert(
      fc.property(matrices, windows, fc.boolean(), (matrix, look, isScaled) => {
        const encoder = recorder(isScaled);
        const blocks = draw(matrix, optionsOf(null, look));
        const lines = draw(matrix, optionsOf(encoder, look));
        const hasBlocks = blocks.some((line) => line.includes("columns 0 …"));
        expect(encoder.last !== null).to.equal(hasBlocks);
        if (!hasBlocks) expect(lines).to.deep.equal(blocks);
        expect(lines.at(-1)).to.equal(blocks.at(-1));
      }),
      { numRuns: 200 },
    );
  });

  it("aggregates every cell to the mean of its pixel", () => {
    fc.assert(
      fc.property(matrices, windows, (matrix, look) => {
        const encoder = recorder(true);
        draw(matrix, optionsOf(encoder, look));
        if (!encoder.last) return;
        const { values, width, height } = encoder.last;
        const { rows, columns } = matrix;
        for (const [y, x] of [0, 0.3, 0.7, 1].map((part) =>
          [part * (height - 1), part * (width - 1)].map(Math.floor),
        )) {
          const cells: number[] = [];
          for (let i = Math.floor((y! * rows) / height); i < Math.floor(((y! + 1) * rows) / height); i++) {
            const edge = (part: number) => Math.floor((part * columns) / width);
            for (let j = edge(x!); j < edge(x! + 1); j++) cells.push(matrix.values[i * columns + j]!);
          }
          const mean = cells.reduce((sum, cell) => sum + cell, 0) / cells.length;
          expect(values[y! * width + x!]).to.be.closeTo(mean, 1e-12);
        }
      }),
      { numRuns: 100 },
    );
  });

  it("places an image beside the names of its rows, with the next line below it, however far the window scrolls", () => {
    fc.assert(
      fc.property(matrices, windows, fc.integer({ min: 0, max: 70 }), (matrix, look, before) => {
        const encoder = recorder(true);
        const above = Array<string>(before).fill("x");
        const lines = draw(matrix, optionsOf(encoder, look));
        if (!encoder.last) return;
        const { columns, lines: imageHeight } = encoder.last;
        const { text, images } = shown([...above, ...lines], look.height + 1);
        const first = before + 1;
        const names = text.slice(first, first + imageHeight);
        const left = stringWidth(names[0]!) + 2;
        expect(images).to.deep.equal([[first, left]]);
        expect(left + columns).to.be.at.most(Math.max(look.width, left + 2));
        expect(text[first - 1]!.trim()).to.equal(`columns 0 … ${matrix.columns - 1}`);
        expect(text[first - 1]!.indexOf("columns")).to.equal(left);
        for (const name of names) expect(stringWidth(name)).to.equal(left - 2);
        if (!matrix.rowIds || imageHeight < matrix.rows) {
          const rows = names.map((_, k) => String(Math.floor((k * matrix.rows) / imageHeight)));
          expect(names.map((name) => name.trimEnd())).to.deep.equal(rows);
        }
        expect(text[first + imageHeight]).to.equal("");
        expect(text[first + imageHeight + 1]).not.to.equal("");
        expect(text.at(-1)).to.equal("");
      }),
      { numRuns: 300 },
    );
  });

  it("places an image whose height is unknown below its rows and columns", () => {
    const lines = draw(matrixOf(300, 200), optionsOf(recorder(false)));
    const { text, images } = shown(lines, 50);
    expect(text.slice(0, 2)).to.deep.equal(["columns 0 … 199", "rows 0 … 299, from top to bottom"]);
    expect(images).to.deep.equal([[2, 0]]);
    expect(text.slice(2)).to.have.length(4);
    const large = shown(draw(matrixOf(900, 600), optionsOf(recorder(false))), 50).text;
    expect(large.slice(2, 5)).to.deep.equal(["", "", "a pixel is the mean of 3 × 3 cells"]);
  });

  it("fits the window beside names that are known only after the last tile", () => {
    const encoder = recorder(true);
    const cut = { ...matrixOf(30, 30), sizes: [7] };
    const options = optionsOf(encoder, { width: 66 });
    const window = windowOf(headOf(cut), options);
    for (const tile of tilesOf(cut)) window.add(tile);
    const rowIds = Array.from({ length: 30 }, (_, i) => `name-${i}`);
    const { images } = shown(gridLines(headOf(cut, { rowIds }), window, options, true), 50);
    expect(images).to.deep.equal([[1, 9]]);
    expect(encoder.last?.columns).to.equal(57);
  });

  it("draws blocks with full", () => {
    const encoder = recorder(true);
    const [matrix, look] = [matrixOf(300, 300), { full: true }];
    expect(draw(matrix, optionsOf(encoder, look))).to.deep.equal(draw(matrix, optionsOf(null, look)));
    expect(encoder.last).to.equal(null);
  });
});
