import { Resvg } from "@resvg/resvg-js";
import { expect } from "chai";
import fc from "fast-check";
import type { MatrixHead } from "#dist/output/format.js";
import { drawHeatmap, gridFor } from "#dist/pictures/heatmap.js";
import { encodePng } from "#dist/pictures/png-encoder.js";
import { roundTicks } from "#dist/pictures/ticks.js";
import { valueScale } from "#dist/pictures/value-scale.js";
import { decodePng as decode } from "./support.js";

function draw(values: readonly (readonly number[])[], head: Partial<MatrixHead> = {}) {
  const [rows, columns] = [values.length, values[0]?.length ?? 0];
  const range = [-1, 1] as const;
  const whole: MatrixHead = {
    ...{ rows, columns, rowIds: null, columnIds: null, flat: false, members: {} },
    picture: { title: "cosine similarity", range, sides: ["a.csv", "b.csv"] },
    ...head,
  };
  const grid = gridFor(whole);
  grid.add({ firstRow: 0, rows, columns, values: Float64Array.from(values.flat()) });
  return drawHeatmap(grid, whole, null);
}

/** Returns the contents of the elements of a name. */
const contents = (svg: string, name: string) =>
  [...svg.matchAll(new RegExp(`<${name}[^>]*>([^<]*)</${name}>`, "g"))].map(([, text]) => text);

describe("drawHeatmap", () => {
  it("names rows, columns and files, and gives each cell its exact value and colour", () => {
    const { svg } = draw(
      [
        [1, -1, 0],
        [0.1 + 0.2, 0.5, Number.NaN],
      ],
      { rowIds: ["u", "v"], columnIds: ["x", "y", "z"] },
    );
    expect(contents(svg, "text")).to.include.members([
      "Cosine similarity",
      "rows: a.csv (2) · columns: b.csv (3)",
      "u",
      "v",
      "x",
      "y",
      "z",
      "0.30",
    ]);
    expect(contents(svg, "title").slice(1)).to.deep.equal([
      "u, x: 1",
      "u, y: -1",
      "u, z: 0",
      "v, x: 0.30000000000000004",
      "v, y: 0.5",
      "v, z: nan",
    ]);
    const fills = [...svg.matchAll(/<rect[^>]*fill="(#[^"]*)"[^>]*><title>/g)].map(([, fill]) => fill);
    expect([0, 1, 2, 5].map((k) => fills[k])).to.deep.equal(["#b2182b", "#2166ac", "#f7f7f7", "#9aa0a6"]);
    expect(svg).to.contain("cells -1.0000 … 1.0000, mean 0.1600, 1 nan (grey)");
  });

  it("draws larger matrices as an image with one pixel a cell", () => {
    const matrix = Array.from({ length: 100 }, (_, i) => Array.from({ length: 70 }, (_, j) => (i === j ? 1 : -1)));
    const { svg } = draw(matrix);
    const { width, height, pixels } = decode(Buffer.from(/base64,([^"]*)/.exec(svg)?.[1] ?? "", "base64"));
    expect([width, height]).to.deep.equal([70, 100]);
    expect(pixels.slice(0, 6)).to.deep.equal([178, 24, 43, 33, 102, 172]);
    expect(svg).to.not.contain("each pixel");
  });

  it("aggregates matrices of more than 800 rows or columns to mean, minimum and maximum", () => {
    const matrix = Array.from({ length: 1600 }, (_, i) => [i % 2 === 0 ? 1 : -1, 0.5]);
    const { svg } = draw(matrix);
    const images = [...svg.matchAll(/base64,([^"]*)/g)].map(([, text]) => decode(Buffer.from(text ?? "", "base64")));
    expect(images.map(({ width, height }) => [width, height])).to.deep.equal([
      [2, 800],
      [2, 400],
      [2, 400],
    ]);
    // 0, −1 and 1 in the first column.
    expect(images.map(({ pixels }) => pixels.slice(0, 3))).to.deep.equal([
      [247, 247, 247],
      [33, 102, 172],
      [178, 24, 43],
    ]);
    expect(contents(svg, "text")).to.include.members([
      "each pixel is the mean of up to 2 × 1 cells",
      "minimum of each pixel",
      "maximum of each pixel",
    ]);
  });

  it("never lets a text of a file end its element or its attribute", () => {
    const hostile = fc.oneof(
      fc.constantFrom(
        "<script>alert(1)</script>",
        "]]>",
        "\"'><g onload=x>",
        "&lt;",
        "\u202egnp.exe",
        "a\0b",
        "\ud800",
        "</svg>",
      ),
      fc.string({ unit: "binary", maxLength: 30 }),
    );
    fc.assert(
      fc.property(fc.array(hostile, { minLength: 1, maxLength: 5 }), hostile, (ids, name) => {
        const values = ids.map(() => ids.map(() => 0.5));
        const sides = [name, name] as const;
        const { svg } = draw(values, { rowIds: ids, columnIds: ids, picture: { title: "x", range: [-1, 1], sides } });
        const names = new Set([...svg.matchAll(/<\/?([a-zA-Z]\w*)/g)].map(([, tag]) => tag));
        expect([...names].sort()).to.deep.equal([
          "g",
          "linearGradient",
          "rect",
          "stop",
          "style",
          "svg",
          "text",
          "title",
        ]);
        expect(svg).to.match(/^[^\x00-\x09\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]*$/);
        const tags = [...svg.matchAll(/<[^>]*>/g)].map(([tag]) => tag.replace(/"[^"]*"/g, ""));
        expect(tags.filter((tag) => /\son\w+=/i.test(tag))).to.deep.equal([]);
        // resvg reads well-formed XML only.
        expect(() => new Resvg(svg)).to.not.throw();
      }),
      { numRuns: 200 },
    );
  });

  for (const [rows, columns] of [
    [1, 1],
    [1, 900],
    [900, 1],
    [61, 3],
    [12, 12],
    [13, 800],
  ] as const) {
    it(`draws ${rows}×${columns}, with all parts inside`, () => {
      const { svg, width, height } = draw(
        Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (_, j) => Math.sin(i + j))),
      );
      for (const [, x, y, w, h] of svg.matchAll(
        /<(?:rect|image)[^>]* x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"/g,
      )) {
        expect(Number(x) + Number(w)).to.be.at.most(width);
        expect(Number(y) + Number(h)).to.be.at.most(height);
      }
      expect(svg).to.not.match(/NaN|Infinity|undefined/);
    });
  }

  it("draws equal values, only NaN, and a metric without an upper bound", () => {
    const picture = { title: "Euclidean distance", range: [0, Number.POSITIVE_INFINITY], sides: ["a", "a"] } as const;
    for (const values of [[[0, 0]], [[Number.NaN]], [[1e308, 1e308]], [[5e-324, 0]]]) {
      expect(draw(values, { picture }).svg).to.not.match(/NaN|undefined/);
    }
  });
});

describe("valueScale", () => {
  it("is centred on 0 if values can be negative, and otherwise begins at 0", () => {
    expect(valueScale([-1, 1], [0.2, 0.3]).ends).to.deep.equal([-1, 1]);
    expect(valueScale([Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY], [-3, 2]).ends).to.deep.equal([-3, 3]);
    expect(valueScale([0, Number.POSITIVE_INFINITY], [1, 4]).ends).to.deep.equal([0, 4]);
    expect(valueScale([0, Number.POSITIVE_INFINITY], [0, 0]).ends).to.deep.equal([0, 1]);
  });
});

describe("roundTicks", () => {
  it("returns increasing round numbers within the range", () => {
    const end = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(end, end, fc.integer({ min: 2, max: 10 }), (a, b, most) => {
        fc.pre(Math.abs(a - b) > 1e-3);
        const [start, last] = [Math.min(a, b), Math.max(a, b)];
        const ticks = roundTicks(start, last, most);
        const slack = (last - start) * 1e-6;
        expect(ticks.length).to.be.within(1, most + 1);
        for (const [i, tick] of ticks.entries()) if (i > 0) expect(tick).to.be.above(ticks[i - 1]!);
        if (ticks.length > 1)
          expect([ticks[0]! >= start - slack, ticks.at(-1)! <= last + slack]).to.deep.equal([true, true]);
      }),
    );
    expect(roundTicks(-1, 1, 5)).to.deep.equal([-1, -0.5, 0, 0.5, 1]);
    expect(roundTicks(0, 0.3, 4)).to.deep.equal([0, 0.1, 0.2, 0.3]);
  });
});

describe("encodePng", () => {
  it("keeps every pixel", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 20 }),
        fc.infiniteStream(fc.nat(255)),
        (width, height, stream) => {
          const pixels = Uint8Array.from({ length: 3 * width * height }, () => stream.next().value as number);
          expect(decode(encodePng(width, height, pixels))).to.deep.equal({ width, height, pixels: [...pixels] });
        },
      ),
      { numRuns: 50 },
    );
  });
});
