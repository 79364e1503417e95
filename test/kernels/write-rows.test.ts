import { expect } from "chai";
import type { Tile } from "#dist/core/matrix.js";
import { delimitedMatrix } from "#dist/formats/csv/write-csv.js";
import { jsonMatrix } from "#dist/formats/json/write-json.js";
import { loadKernels } from "#dist/kernels/wasm.js";
import type { RowText } from "#dist/kernels/write-rows.js";
import { rowsText } from "#dist/kernels/write-rows.js";
import type { MatrixFormatter } from "#dist/output/format.js";
import { numberFormat } from "#dist/output/number.js";
import { textOf } from "../input/support.js";
import { NumberSource } from "../kernels/numbers.js";
import { runtimeOf } from "../reference.js";

const source = new NumberSource(8);

function tileOf(rows: number, columns: number): Tile {
  const cell = () => (source.value() > 1e300 ? Number.NaN : source.value());
  return { firstRow: 0, rows, columns, values: Float64Array.from({ length: rows * columns }, cell) };
}

async function joined(parts: AsyncIterable<Uint8Array>): Promise<string> {
  let all = "";
  for await (const part of parts) all += Buffer.from(part).toString("latin1");
  return all;
}

function byDefinition({ rows, columns, values }: Tile, { separator, rowStart, rowEnd, lineEnd, nan }: RowText): string {
  const lines = Array.from({ length: rows }, (_, i) => {
    const cells = Array.from(values.subarray(i * columns, (i + 1) * columns), (x) =>
      Number.isNaN(x) ? nan : textOf(x),
    );
    return rowStart + cells.join(separator) + rowEnd + lineEnd;
  });
  return lines.join("");
}

const LAYOUTS: readonly RowText[] = [
  { separator: ",", rowStart: "", rowEnd: "", lineEnd: "\n", nan: "nan" },
  { separator: "\t", rowStart: "", rowEnd: "", lineEnd: "\n", nan: "" },
  { separator: ",", rowStart: "[", rowEnd: "]", lineEnd: ",", nan: "null" },
  { separator: ";", rowStart: "", rowEnd: "|", lineEnd: "", nan: "missing!" },
];

describe("rowsText", () => {
  for (const [rows, columns] of [
    [1, 1],
    [1, 3],
    [7, 5],
    [3, 40_000],
    [150_001, 1],
    [430, 701],
  ] as const) {
    it(`writes ${rows}×${columns} cells as defined, on any number of threads`, async () => {
      const tile = tileOf(rows, columns);
      const large = rows * columns > 1000;
      for (const text of large ? LAYOUTS.slice(2, 3) : LAYOUTS) {
        const expected = byDefinition(tile, text);
        for (const threads of large ? [1, 8] : [1, 2, 8]) {
          expect((await joined(rowsText(tile, text, runtimeOf(threads).pool))) === expected, `${threads} threads`).to.be
            .true;
        }
      }
    });
  }

  it("does not copy cells that are in kernel memory", async () => {
    const tile = tileOf(9, 4);
    const kernels = loadKernels();
    const values = kernels.doubles(kernels.allocate(8 * 36), 36);
    values.set(tile.values);
    const text = LAYOUTS[0]!;
    expect(await joined(rowsText({ ...tile, values }, text, runtimeOf(2).pool))).to.equal(byDefinition(tile, text));
  });

  it("releases its memory when iteration stops early", async () => {
    const tile = tileOf(150_001, 1);
    for await (const part of rowsText(tile, LAYOUTS[0]!, runtimeOf(1).pool)) {
      expect(part.length).to.be.above(0);
      break;
    }
    const { byteLength } = loadKernels().memory.buffer;
    for (let k = 0; k < 3; k++) for await (const _ of rowsText(tile, LAYOUTS[0]!, runtimeOf(1).pool)) break;
    expect(loadKernels().memory.buffer.byteLength).to.equal(byteLength);
  });
});

describe("MatrixFormatter.parts", () => {
  const tiles = [tileOf(30, 7), { ...tileOf(12, 7), firstRow: 30 }];
  const head = { rows: 42, columns: 7, rowIds: null, columnIds: null, flat: false, members: { metric: "cosine" } };
  const formatters: readonly [string, () => MatrixFormatter][] = [
    ["csv", () => delimitedMatrix(head, ",", numberFormat(null, "nan"), false)],
    ["tsv", () => delimitedMatrix(head, "\t", numberFormat(null, "nan"), false)],
    ["json", () => jsonMatrix(head, numberFormat(null, "null"))],
    ["json of one value a row", () => jsonMatrix({ ...head, flat: true, columns: 1 }, numberFormat(null, "null"))],
  ];
  for (const [name, formatter] of formatters) {
    it(`equals the text of the tiles (${name})`, async () => {
      const [byTile, byPart] = [formatter(), formatter()];
      const cut = name.includes("one value")
        ? tiles.map((tile) => ({ ...tile, rows: 7 * tile.rows, columns: 1 }))
        : tiles;
      let expected = String(byTile.begin());
      let found = String(byPart.begin());
      for (const tile of cut) {
        expected += String(byTile.tile(tile));
        found += await joined(byPart.parts!(tile, runtimeOf(2)));
      }
      expect(found + String(byPart.end({}))).to.equal(expected + String(byTile.end({})));
    });
  }

  it("is absent if the kernels cannot write the format", () => {
    expect(delimitedMatrix(head, ",", numberFormat(4, "nan"), false).parts).to.equal(undefined);
    expect(delimitedMatrix({ ...head, rowIds: ["a"] }, ",", numberFormat(null, "nan"), true).parts).to.equal(undefined);
    expect(jsonMatrix(head, numberFormat(2, "null")).parts).to.equal(undefined);
  });
});
